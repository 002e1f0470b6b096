//! `@inaccessible`: what clients see must be whole.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &["type Query @inaccessible { n: Int }"],
        told: &["QUERY_ROOT_TYPE_INACCESSIBLE Query [a]"],
        legal: &[&["type Query { n: Int m: Int @inaccessible } type Mutation @inaccessible { n: Int }"]],
    },
    Row {
        refused: &["type Query { t: T n(i: I): Int } type T @inaccessible { n: Int } input I @inaccessible { n: Int }"],
        told: &["REFERENCED_INACCESSIBLE T [a]", "REFERENCED_INACCESSIBLE I [a]"],
        legal: &[&[
            "type Query { m: Int t: T @inaccessible n(i: I @inaccessible): Int } type T @inaccessible { n: Int } input I @inaccessible { n: Int }",
        ]],
    },
    Row {
        refused: &["directive @mine(x: Int @inaccessible) on OBJECT type Query { n: Int }"],
        told: &["DISALLOWED_INACCESSIBLE @mine(x:) [a]"],
        legal: &[&["directive @mine(x: Int @inaccessible) on FIELD type Query { n: Int }"]],
    },
    Row {
        refused: &[
            "directive @mine(x: I, y: Int! @inaccessible) on FIELD type Query { n: Int } input I @inaccessible { n: Int }",
        ],
        told: &["REFERENCED_INACCESSIBLE I [a]", "REQUIRED_INACCESSIBLE @mine(y:) [a]"],
        legal: &[&[
            "directive @mine(x: I @inaccessible, y: Int! = 1 @inaccessible) on FIELD type Query { n: Int } input I @inaccessible { n: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { t: T n(x: E): Int u: U } type T { n: Int @inaccessible } enum E { A @inaccessible } union U = V type V @inaccessible { n: Int }",
        ],
        told: &[
            "ONLY_INACCESSIBLE_CHILDREN T [a]",
            "ONLY_INACCESSIBLE_CHILDREN E [a]",
            "ONLY_INACCESSIBLE_CHILDREN U [a]",
        ],
        legal: &[&[
            "type Query { t: T n(x: E): Int } type T { n: Int @inaccessible m: Int } enum E { A @inaccessible B }",
        ]],
    },
    Row {
        refused: &["type Query { n(x: Int! @inaccessible i: I): Int } input I { x: Int! @inaccessible y: Int }"],
        told: &["REQUIRED_INACCESSIBLE Query.n(x:) [a]", "REQUIRED_INACCESSIBLE I.x [a]"],
        legal: &[&["type Query { n(x: Int! = 1 @inaccessible i: I): Int } input I { x: Int @inaccessible y: Int }"]],
    },
    Row {
        refused: &[
            "type Query { n(x: E = A, i: I = { x: 1 }): Int } enum E { A @inaccessible B } input I { x: Int @inaccessible y: Int }",
        ],
        told: &["DEFAULT_VALUE_USES_INACCESSIBLE E.A [a]", "DEFAULT_VALUE_USES_INACCESSIBLE I.x [a]"],
        legal: &[&[
            "type Query { n(x: E = B, i: I = { y: 1 }): Int } enum E { A @inaccessible B } input I { x: Int @inaccessible y: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I { n(x: Int): Int m: Int } type T implements I { n(x: Int @inaccessible): Int m: Int @inaccessible }",
        ],
        told: &["IMPLEMENTED_BY_INACCESSIBLE T.n(x:) [a]", "IMPLEMENTED_BY_INACCESSIBLE T.m [a]"],
        legal: &[&[
            "type Query { i: I } interface I { n: Int m: Int @inaccessible } type T implements I { n: Int m: Int @inaccessible }",
        ]],
    },
];
