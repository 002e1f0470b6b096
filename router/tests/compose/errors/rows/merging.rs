//! Each subgraph by itself, and types that do not fit together.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "directive @x(n: Int, m: Int = 1, o: Int!) on FIELD type Query { a: Int }",
            "directive @x(n: String, m: Int = 2) on FIELD type Query { b: Int }",
        ],
        told: &[
            "FIELD_ARGUMENT_TYPE_MISMATCH @x(n:) [a, b]",
            "FIELD_ARGUMENT_DEFAULT_MISMATCH @x(m:) [a, b]",
            "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH @x(o:) [b]",
        ],
        legal: &[&[
            "directive @x(n: Int!, m: Int = 1, o: Int) on FIELD type Query { a: Int }",
            "directive @x(n: Int, m: Int = 1) on FIELD type Query { b: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { q: Int } type Subscription { n: Int @shareable }",
            "type Subscription @shareable { m: Int }",
        ],
        told: &["INVALID_FIELD_SHARING Subscription.n [a]", "INVALID_FIELD_SHARING Subscription.m [b]"],
        legal: &[&["type Query { q: Int } type Subscription { n: Int }", "type Subscription { m: Int }"]],
    },
    Row {
        refused: &[
            "type Query { a: Nope b(x: T): Int } type T implements I { n: Int } interface I { n: Int m: Int } \
             scalar S enum E { X X }",
            "type Query {",
        ],
        told: &["INVALID_GRAPHQL E [a]", "INVALID_GRAPHQL [b]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { a: Nope b(x: T): Int d(x: Int = \"s\"): Int } type T implements I { n: Int } interface I { n: Int m: Int } \
             union U = Int type O { n: Int @nope @deprecated(why: 1) }",
        ],
        told: &[
            "INVALID_GRAPHQL Query.a [a]",
            "INVALID_GRAPHQL Query.b [a]",
            "INVALID_GRAPHQL Query.d(x:) [a]",
            "INVALID_GRAPHQL T [a]",
            "INVALID_GRAPHQL U [a]",
            "INVALID_GRAPHQL O.n [a]",
        ],
        legal: &[
            &[
                "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", as: \"fed\", import: [\"@key\", \"FieldSet\"]) \
               scalar FieldSet scalar fed__Policy directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE \
               type Query { t: T _entities(representations: [_Any!]!): [_Entity]! } type T @key(fields: \"id\") { id: ID! }",
            ],
            // Definitions may be written out, left out, or say less than federation's own.
            &[
                "directive @mine on FIELD_DEFINITION directive @key(fields: String!) on OBJECT scalar federation__FieldSet \
               type Query { n: Int @mine t: T } type T @key(fields: \"id\") @shareable { id: ID! }",
            ],
            &[
                "#1 scalar _FieldSet directive @key(fields: _FieldSet!, more: Int) repeatable on OBJECT | INTERFACE union _Entity = T scalar _Any \
               type _Service { sdl: String } type Query { t: T _service: _Service! _entities(representations: [_Any!]!): [_Entity]! } type T @key(fields: \"id\") { id: ID! }",
            ],
            &[
                "type T @key(fields: \"id\") { id: ID! n: Int }",
                "type Query { t: T } type T @key(fields: \"id\", resolvable: false) { id: ID! }",
            ],
            &["#1 extend type Query { t: T } type T @key(fields: \"id\") { id: ID! }"],
        ],
    },
    Row {
        refused: &[
            "type Query { a(x: Int! @deprecated, y: Int @deprecated, z: Int! = 1 @deprecated): Int } input I { x: Int! @deprecated }",
            "type Query { b: Int } extend scalar Int @inaccessible",
            "#1 type Query { c: Int @inaccessible }",
        ],
        told: &[
            "INVALID_GRAPHQL Query.a(x:) [a]",
            "INVALID_GRAPHQL I.x [a]",
            "INVALID_GRAPHQL Int [b]",
            "INVALID_GRAPHQL Query.c [c]",
        ],
        legal: &[&["#1 directive @inaccessible on FIELD_DEFINITION type Query { a: Int c: Int @inaccessible }"]],
    },
    Row {
        // What cannot be one is told once.
        refused: &[
            "type Query { a(x: I): Int } input I { n: Int }",
            "type Query { b(x: I): Int } input I { n: String }",
        ],
        told: &["FIELD_TYPE_MISMATCH I.n [a, b]"],
        legal: &[],
    },
    Row {
        refused: &["#raw type Query { n: Int @shareable }"],
        told: &["INVALID_GRAPHQL Query.n [a]"],
        legal: &[&[
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.0\") type Query { n: Int @federation__shareable }",
        ]],
    },
    Row {
        refused: &[
            "directive @shareable(why: Int) on FIELD_DEFINITION | ENUM directive @key repeatable on OBJECT directive @inaccessible repeatable on OBJECT type Query { n: Int }",
        ],
        told: &[
            "DIRECTIVE_DEFINITION_INVALID @shareable [a]",
            "DIRECTIVE_DEFINITION_INVALID @key [a]",
            "DIRECTIVE_DEFINITION_INVALID @inaccessible [a]",
        ],
        legal: &[&[
            "directive @shareable on FIELD_DEFINITION directive @key(fields: federation__FieldSet!) repeatable on OBJECT scalar federation__FieldSet type Query { n: Int }",
        ]],
    },
    Row {
        refused: &[
            "type federation__FieldSet { n: Int } enum link__Purpose { SECURITY EXECUTION FUN } type Query { n: Int }",
        ],
        told: &["TYPE_DEFINITION_INVALID federation__FieldSet [a]", "TYPE_DEFINITION_INVALID link__Purpose [a]"],
        legal: &[&["scalar federation__FieldSet enum link__Purpose { SECURITY EXECUTION } type Query { n: Int }"]],
    },
    Row {
        refused: &["schema { query: Q mutation: M subscription: S } type Q { n: Query m: Mutation s: Subscription } \
             type M { n: Int } type S { n: Int } type Query { n: Int } type Mutation { n: Int } type Subscription { n: Int }"],
        told: &[
            "ROOT_QUERY_USED Query [a]",
            "ROOT_MUTATION_USED Mutation [a]",
            "ROOT_SUBSCRIPTION_USED Subscription [a]",
        ],
        legal: &[&[
            "schema { query: Q mutation: M } type Q { n: Int m: M } type M { n: Int q: Q! qs: [Q!] } union U = Q",
        ]],
    },
    Row {
        refused: &["type Query { t: T } type T @shareable { n: Int }", "interface T { n: Int }"],
        told: &["TYPE_KIND_MISMATCH T [a, b]"],
        legal: &[&["type Query { t: T } type T @shareable { n: Int }", "type T @shareable { n: Int }"]],
    },
    Row {
        refused: &["type Query { t: T } extend type T { n: Int }", "extend type T { m: Int }"],
        told: &["EXTENSION_WITH_NO_BASE T [a, b]"],
        legal: &[&[
            "type Query { t: T } extend type T @key(fields: \"id\") { id: ID! n: Int }",
            "type T @key(fields: \"id\") { id: ID! m: Int }",
        ]],
    },
    Row {
        refused: &["#1 type Query { t: T } type T @extends @key(fields: \"id\") { id: ID! @external n: Int }"],
        told: &["EXTENSION_WITH_NO_BASE T [a]"],
        legal: &[
            &[
                "#1 type Query { t: T } type T @extends @key(fields: \"id\") { id: ID! @external n: Int }",
                "#1 type T @key(fields: \"id\") { id: ID! }",
            ],
            &[
                "#1 extend type Query { t: T } extend type T @key(fields: \"id\") { id: ID! @external n: Int }",
                "type T @key(fields: \"id\") { id: ID! }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @shareable { n: Int m(x: Int): Int o(y: Int = 1): Int }",
            "type T @shareable { n: String m(x: ID): Int o(y: Int = 2): Int }",
        ],
        told: &[
            "FIELD_TYPE_MISMATCH T.n [a, b]",
            "FIELD_ARGUMENT_TYPE_MISMATCH T.m(x:) [a, b]",
            "FIELD_ARGUMENT_DEFAULT_MISMATCH T.o(y:) [a, b]",
        ],
        legal: &[
            &[
                "type Query { t: T } type T @shareable { n: Int m(x: Int): Int o(y: Int = 1): Int }",
                "type T @shareable { n: Int! m(x: Int!): Int o(y: Int): Int }",
            ],
            // The order of an object's fields says nothing, nor how a number is written.
            &[
                "type Query { n(o: O = {a: 1, l: [{a: 2}]}, f: Float = 10): Int @shareable } input O { a: Float l: [O!] }",
                "type Query { n(o: O = {l: [{a: 2.0}], a: 1}, f: Float = 1.0e1): Int @shareable } input O { a: Float l: [O!] }",
            ],
        ],
    },
    Row {
        // Each is wider at its own depth, so nobody has what both would fit.
        refused: &[
            "type Query { n: [Int!] @shareable m(x: [Int!]): Int @shareable }",
            "type Query { n: [Int]! @shareable m(x: [Int]!): Int @shareable }",
        ],
        told: &["FIELD_TYPE_MISMATCH Query.n [a, b]", "FIELD_ARGUMENT_TYPE_MISMATCH Query.m(x:) [a, b]"],
        legal: &[&[
            "type Query { n: [Int!]! @shareable m(x: [Int!]!): Int @shareable }",
            "type Query { n: [Int] @shareable m(x: [Int]): Int @shareable }",
        ]],
    },
    Row {
        // What some subgraph does not know is gone, and with it what the defaults were made of.
        refused: &[
            "type Query { a(e: E = A): Int b(o: O = {x: 1}): Int } enum E { A B } input O { x: Int y: Int }",
            "type Query { c(e: E, o: O): Int } enum E { B C } input O { y: Int }",
        ],
        told: &["INVALID_GRAPHQL Query.a(e:) [a, b]", "INVALID_GRAPHQL Query.b(o:) [a, b]"],
        legal: &[&[
            "type Query { a(e: E = B): Int b(o: O = {y: 1}): Int } enum E { A B } input O { x: Int y: Int }",
            "type Query { c(e: E, o: O): Int } enum E { B C } input O { y: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { a(x: X = {m: null}, y: X = {n: 1, m: 1}): Int } input X @oneOf { n: Int = 1 m: Int l: Int! }",
        ],
        told: &[
            "INVALID_GRAPHQL Query.a(x:) [a]",
            "INVALID_GRAPHQL Query.a(y:) [a]",
            "INVALID_GRAPHQL X.n [a]",
            "INVALID_GRAPHQL X.l [a]",
        ],
        legal: &[&[
            "directive @oneOf on INPUT_OBJECT type Query { a(x: X = {n: 1}): Int } input X @oneOf { n: Int m: Int }",
            "#1 type Query { b(x: X): Int } input X @oneOf { n: Int m: Int l: X }",
        ]],
    },
    Row {
        refused: &[
            "type Query { a(x: X): Int } input X @oneOf { n: Int m: Int }",
            "type Query { b(x: X): Int } input X { n: Int! m: Int }",
        ],
        told: &["INVALID_GRAPHQL X.n [a, b]"],
        legal: &[],
    },
    Row {
        refused: &["extend type Query { t: T } extend type T { id: ID! } extend scalar S @tag(name: \"x\")"],
        told: &["EXTENSION_WITH_NO_BASE T [a]", "EXTENSION_WITH_NO_BASE S [a]"],
        // What is defined with nothing in it is defined.
        legal: &[&[
            "type Query extend type Query { t: T e: E u: U i(i: I): S n: N } type T extend type T { id: ID! } \
             enum E extend enum E { A } union U extend union U = T scalar S extend scalar S @tag(name: \"x\") \
             input I extend input I { a: Int } interface N extend interface N { id: ID! }",
        ]],
    },
    Row {
        refused: &["type Query { n(x: Int!): Int @shareable }", "type Query { n: Int @shareable }"],
        told: &["REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH Query.n(x:) [b]"],
        legal: &[&["type Query { n(x: Int! = 1): Int @shareable }", "type Query { n: Int @shareable }"]],
    },
    Row {
        refused: &[
            "type Query { n(i: I j: J k: K): Int } input I { x: Int = 1 } input J { x: Int! y: Int } input K { x: Int }",
            "type Query { m(i: I j: J k: K): Int } input I { x: Int = 2 } input J { y: Int } input K { y: Int }",
        ],
        told: &[
            "INPUT_FIELD_DEFAULT_MISMATCH I.x [a, b]",
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH J.x [b]",
            "EMPTY_MERGED_INPUT_TYPE K [a, b]",
        ],
        legal: &[&[
            "type Query { n(i: I): Int } input I { x: Int = 1 y: Int }",
            "type Query { m(i: I): Int } input I { x: Int = 1 }",
        ]],
    },
    Row {
        refused: &[
            "type Query { n(x: In y: Both): Both } enum In { A } enum Both { A B }",
            "type Query { m(x: In): Both } enum In { B } enum Both { A }",
        ],
        told: &["EMPTY_MERGED_ENUM_TYPE In [a, b]", "ENUM_VALUE_MISMATCH Both.B [b]"],
        legal: &[&[
            "type Query { n(x: In): Out } enum In { A B } enum Out { A }",
            "type Query { m(x: In): Out } enum In { B } enum Out { B }",
        ]],
    },
    Row { refused: &["type T @key(fields: \"id\") { id: ID! }"], told: &["NO_QUERIES Query"], legal: &[] },
];
