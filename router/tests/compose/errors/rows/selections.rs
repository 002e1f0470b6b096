//! The selections of `@key`, `@requires` and `@provides`.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &["type Query { t: T } type T @key(fields: \"id x\") { id: ID! }"],
        told: &["KEY_INVALID_FIELDS T [a]"],
        legal: &[&["type Query { t: T } type T @key(fields: \"id x\") { id: ID! x: Int }"]],
    },
    Row {
        refused: &["type Query { t: T } type T @key(fields: \"a: id\") { id: ID! }"],
        told: &["KEY_INVALID_FIELDS T [a]"],
        legal: &[&["type Query { t: T } type T @key(fields: \"__typename id\") { id: ID! }"]],
    },
    Row {
        refused: &["type Query { t: T } type T @key(fields: [\"id\"]) { id: ID! }"],
        told: &["KEY_INVALID_FIELDS_TYPE T [a]"],
        legal: &[&["#1 type Query { t: T } type T @key(fields: [\"id\"]) { id: ID! }"]],
    },
    Row {
        refused: &["type Query { t: T } type T @key(fields: \"id @include(if: true)\") { id: ID! }"],
        told: &["KEY_DIRECTIVE_IN_FIELDS_ARG T [a]"],
        legal: &[&["type Query { t: T } type T @key(fields: \"id\") { id: ID! @deprecated }"]],
    },
    Row {
        refused: &["type Query { t: T } type T @key(fields: \"id\") { id(n: Int): ID! }"],
        told: &["KEY_FIELDS_HAS_ARGS T [a]"],
        legal: &[],
    },
    Row {
        refused: &["type Query { t: T } type T @key(fields: \"i { id }\") { i: I } interface I { id: ID! } \
             union U = V type V implements I @key(fields: \"u { ... on V { id } }\") { id: ID! u: U }"],
        told: &["KEY_FIELDS_SELECT_INVALID_TYPE T [a]", "KEY_FIELDS_SELECT_INVALID_TYPE V [a]"],
        // Lists are no abstract types.
        legal: &[&["type Query { t: T } type T @key(fields: \"i { id }\") { i: [I!]! } type I { id: [ID!] }"]],
    },
    Row {
        refused: &["#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.2\", import: [\"@key\"]) \
             type Query { t: T } interface T @key(fields: \"id\") { id: ID! } type U implements T @key(fields: \"id\") { id: ID! }"],
        told: &["KEY_UNSUPPORTED_ON_INTERFACE T [a]"],
        legal: &[
            &[
                "type Query { t: T } interface T @key(fields: \"id\") { id: ID! } type U implements T @key(fields: \"id\") { id: ID! }",
            ],
            &[
                "#1 type Query { t: T } interface T @key(fields: \"id\") { id: ID! } type U implements T @key(fields: \"id\") { id: ID! }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external m: Int \
             a: Int @requires(fields: \"x\") b: Int @requires(fields: \"a: n\") c: Int @requires(fields: [\"n\"]) \
             d: Int @requires(fields: \"n @skip(if: false)\") e: Int @requires(fields: \"m\") }",
            "type T @key(fields: \"id\") { id: ID! n: Int }",
        ],
        told: &[
            "REQUIRES_INVALID_FIELDS T.a [a]",
            "REQUIRES_INVALID_FIELDS T.b [a]",
            "REQUIRES_INVALID_FIELDS_TYPE T.c [a]",
            "REQUIRES_DIRECTIVE_IN_FIELDS_ARG T.d [a]",
            "REQUIRES_FIELDS_MISSING_EXTERNAL T.e [a]",
        ],
        legal: &[
            &[
                "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external e: Int @requires(fields: \"n\") }",
                "type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
            // Federation 1 lets a subgraph require what it resolves itself: it has no effect.
            &["#1 type Query { t: T } type T @key(fields: \"id\") { id: ID! m: Int e: Int @requires(fields: \"m\") }"],
            // What is below an external field is external too.
            &[
                "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: N @external e: Int @requires(fields: \"n { x }\") } \
                 type N { x: Int @shareable }",
                "type T @key(fields: \"id\") { id: ID! n: N } type N { x: Int @shareable }",
            ],
        ],
    },
    Row {
        refused: &["type Query { i: I t: T } interface I { id: ID! n: Int @requires(fields: \"id\") } \
             type T implements I @key(fields: \"id\") { id: ID! n: Int }"],
        told: &["REQUIRES_UNSUPPORTED_ON_INTERFACE I.n [a]", "REQUIRES_FIELDS_MISSING_EXTERNAL I.n [a]"],
        legal: &[&["#1 type Query { i: I t: T } interface I { id: ID! n: Int @requires(fields: \"id\") } \
             type T implements I @key(fields: \"id\") { id: ID! n: Int }"]],
    },
    Row {
        refused: &[
            "type Query { t: T @provides(fields: \"x\") u: T @provides(fields: [\"n\"]) v: T @provides(fields: \"n @skip(if: false)\") \
             w: T @provides(fields: \"o\") y: T @provides(fields: \"m\") z: Int @provides(fields: \"n\") } \
             type T @key(fields: \"id\") { id: ID! n: Int @external m: Int o(a: Int): Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: Int o(a: Int): Int }",
        ],
        told: &[
            "PROVIDES_INVALID_FIELDS Query.t [a]",
            "PROVIDES_INVALID_FIELDS_TYPE Query.u [a]",
            "PROVIDES_DIRECTIVE_IN_FIELDS_ARG Query.v [a]",
            "PROVIDES_FIELDS_HAS_ARGS Query.w [a]",
            "PROVIDES_FIELDS_MISSING_EXTERNAL Query.y [a]",
            "PROVIDES_ON_NON_OBJECT_FIELD Query.z [a]",
        ],
        legal: &[
            &[
                "type Query { t: [T!]! @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
            ],
            &[
                "#1 type Query { t: T @provides(fields: \"id\") z: Int @provides(fields: \"n\") } \
                 extend type T @key(fields: \"id\") { id: ID! @external }",
                "#1 type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
            // Of an interface, what is external in an object behind it.
            &[
                "type Query { i: I @provides(fields: \"n\") } interface I { n: Int } \
                 type T implements I @key(fields: \"id\") { id: ID! n: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I { u: U @provides(fields: \"n\") } \
             type T implements I @key(fields: \"id\") { id: ID! u: U } type U @key(fields: \"id\") { id: ID! n: Int @external }",
            "type U @key(fields: \"id\") { id: ID! n: Int }",
        ],
        told: &["PROVIDES_UNSUPPORTED_ON_INTERFACE I.u [a]"],
        legal: &[&[
            "type Query { i: I } interface I { u: U } \
             type T implements I @key(fields: \"id\") { id: ID! u: U @provides(fields: \"n\") } \
             type U @key(fields: \"id\") { id: ID! n: Int @external }",
            "type U @key(fields: \"id\") { id: ID! n: Int @shareable }",
        ]],
    },
    Row {
        refused: &[
            "type Query { t: T } input O { a: Int! } type T @key(fields: \"id\") { id: ID! n(x: Int, o: O): Int @external \
             e: Int @requires(fields: \"n(x: \\\"1\\\")\") f: Int @requires(fields: \"n(o: {b: 1})\") }",
            "input O { a: Int! } type T @key(fields: \"id\") { id: ID! n(x: Int, o: O): Int }",
        ],
        told: &["REQUIRES_INVALID_FIELDS T.e [a]", "REQUIRES_INVALID_FIELDS T.f [a]"],
        legal: &[&[
            "type Query { t: T } input O { a: Int! } type T @key(fields: \"id\") { id: ID! n(x: Int, o: O): Int @external \
             e: Int @requires(fields: \"n(x: 1)\") f: Int @requires(fields: \"n(o: {a: 1})\") }",
            "input O { a: Int! } type T @key(fields: \"id\") { id: ID! n(x: Int, o: O): Int }",
        ]],
    },
    Row {
        // The argument is no part of the field that all subgraphs agree on.
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n(x: Int): Int @external e: Int @requires(fields: \"n(x: 1)\") }",
            "type T @key(fields: \"id\") { id: ID! n(x: Int): Int @shareable }",
            "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
        ],
        told: &["REQUIRES_INVALID_FIELDS T.e [a]"],
        legal: &[&[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n(x: Int): Int @external e: Int @requires(fields: \"n(x: 1)\") }",
            "type T @key(fields: \"id\") { id: ID! n(x: Int): Int }",
        ]],
    },
];
