//! `@external`, `@shareable` and `@override`: who resolves a field.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: Int }",
        ],
        told: &["EXTERNAL_UNUSED T.n [a]"],
        legal: &[
            &[
                "#1 type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external }",
                "#1 type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
            &[
                "type Query { t: T i: I } interface I { n: Int } type T implements I @key(fields: \"id\") { id: ID! n: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
            &[
                "type Query { t: T } extend type T @key(fields: \"id\") { id: ID! @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external }",
        ],
        told: &["EXTERNAL_MISSING_ON_BASE T.n [a]"],
        legal: &[
            &[
                "type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
            ],
            // An interface object may be the one that resolves it.
            &[
                "type Query { t: T } interface I @key(fields: \"id\") { id: ID! n: Int } \
                 type T implements I @key(fields: \"id\") { id: ID! n: Int @external e: Int @requires(fields: \"n\") }",
                "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int }",
            ],
        ],
    },
    Row {
        refused: &["type Query { i: I } interface I { n: Int @external } type T implements I { n: Int }"],
        told: &["EXTERNAL_ON_INTERFACE I.n [a]", "EXTERNAL_UNUSED I.n [a]"],
        legal: &[&["#1 type Query { i: I } interface I { n: Int @external } type T implements I { n: Int }"]],
    },
    Row {
        refused: &[
            "type Query { t: T @provides(fields: \"n m(x: 1)\") u: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: String @external \
             m: Int @external o(y: Int): Int @external p(y: Int = 1): Int @external e: Int @requires(fields: \"n m o p\") }",
            "type T @key(fields: \"id\") { id: ID! n: Int m(x: Int): Int o(y: String): Int p(y: Int = 2): Int }",
        ],
        told: &["PROVIDES_INVALID_FIELDS Query.t [a]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: String @external \
             m: Int @external o(y: Int): Int @external p(y: Int = 1): Int @external e: Int @requires(fields: \"n m o p\") }",
            "type T @key(fields: \"id\") { id: ID! n: Int m(x: Int): Int o(y: String): Int p(y: Int = 2): Int }",
        ],
        told: &[
            "EXTERNAL_TYPE_MISMATCH T.n [a]",
            "EXTERNAL_ARGUMENT_MISSING T.m(x:) [a]",
            "EXTERNAL_ARGUMENT_TYPE_MISMATCH T.o(y:) [a]",
            "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH T.p(y:) [a]",
        ],
        legal: &[
            &[
                "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external \
                 m(x: Int): Int @external p(y: Int = 1): Int @external e: Int @requires(fields: \"n m p\") }",
                "type T @key(fields: \"id\") { id: ID! n: Int m(x: Int): Int p(y: Int = 1): Int }",
            ],
            // What one of several says is said.
            &[
                "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int! @external e: Int @requires(fields: \"n\") }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
                "type T @key(fields: \"id\") { id: ID! n: Int! @shareable }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int! @external m: A @external e: Int @requires(fields: \"n m { x }\") } \
             type A { x: Int @shareable }",
            "type T @key(fields: \"id\") { id: ID! n: Int m: I } interface I { x: Int } type A implements I { x: Int @shareable }",
        ],
        told: &["EXTERNAL_TYPE_MISMATCH T.n [a]", "EXTERNAL_TYPE_MISMATCH T.m [a]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external m: Int @external @requires(fields: \"n\") \
             u: U @external @provides(fields: \"x\") e: Int @requires(fields: \"m u { x }\") } type U @key(fields: \"x\") { x: Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: Int m: Int u: U } type U @key(fields: \"x\") { x: Int }",
        ],
        told: &["EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE T.u [a]"],
        // What an external field requires is no matter.
        legal: &[&[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external m: Int @external @requires(fields: \"n\") \
             e: Int @requires(fields: \"m\") }",
            "type T @key(fields: \"id\") { id: ID! n: Int m: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external @tag(name: \"x\") }",
            "type T @key(fields: \"id\") { id: ID! n: Int @shareable }",
        ],
        told: &["MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL T.n [a]"],
        legal: &[
            &[
                "type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable @deprecated @tag(name: \"x\") }",
            ],
            // Federation 1 lets a tag be repeated.
            &[
                "#1 type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external @tag(name: \"x\") }",
                "#1 type T @key(fields: \"id\") { id: ID! n: Int @tag(name: \"x\") }",
            ],
            // What nothing uses is gone with its tags.
            &[
                "#1 type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external @tag(name: \"x\") }",
                "#1 type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external @deprecated e: Int @requires(fields: \"n\") }",
            "#1 type T @key(fields: \"id\") { id: ID! n: Int m: Int }",
            "#1 extend type T @key(fields: \"id\") { id: ID! @external m: Int @external @tag(name: \"x\") f: Int @requires(fields: \"m\") }",
        ],
        told: &["MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL T.n [a]", "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL T.m [c]"],
        legal: &[],
    },
    Row {
        // What is provided at times is resolved by two, at every depth.
        refused: &[
            "type Query { t: T @provides(fields: \"n u { x }\") } type T @key(fields: \"id\") { id: ID! n: Int @external u: U @external } \
             type U { x: Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: Int u: U } type U { x: Int }",
        ],
        told: &["INVALID_FIELD_SHARING T.n [b]", "INVALID_FIELD_SHARING T.u [b]", "INVALID_FIELD_SHARING U.x [b]"],
        legal: &[
            &[
                "type Query { t: T @provides(fields: \"n u { x }\") } type T @key(fields: \"id\") { id: ID! n: Int @external u: U @external } \
                 type U { x: Int @external }",
                "type T @key(fields: \"id\") { id: ID! n: Int @shareable u: U @shareable } type U @shareable { x: Int }",
            ],
            &[
                "type Query { t: T @provides(fields: \"n\") } type T @key(fields: \"id\") { id: ID! n: Int @external }",
                "#1 type T @key(fields: \"id\") { id: ID! n: Int }",
            ],
        ],
    },
    Row {
        // @external on a type is said of each field.
        refused: &[
            "type Query { u: U } type U { t: T @provides(fields: \"x\") } type T @key(fields: \"id\") @external { id: ID! x: Int y: Int }",
            "type T @key(fields: \"id\") { id: ID! x: Int @shareable y: Int }",
        ],
        told: &["EXTERNAL_UNUSED T.y [a]"],
        legal: &[],
    },
    Row {
        refused: &["#1 type Query { n: Int t: T } type T { n: Int @external }", "#1 type T { n: Int }"],
        told: &["TYPE_WITH_ONLY_UNUSED_EXTERNAL T [a]"],
        legal: &[&["#1 type Query { n: Int t: T } type T { n: Int @external m: Int }", "#1 type T { m: Int }"]],
    },
    Row {
        refused: &[
            "type Query { i: I t: T u: U } interface I { n: Int @shareable } type T implements I { n: Int @shareable @shareable } \
             type U @shareable @shareable { n: Int }",
        ],
        told: &["INVALID_SHAREABLE_USAGE I.n [a]", "INVALID_SHAREABLE_USAGE T.n [a]", "INVALID_SHAREABLE_USAGE U [a]"],
        legal: &[&["type Query { i: I u: U } interface I { n: Int } type T implements I { n: Int @shareable } \
             type U @shareable { n: Int } extend type U @shareable { m: Int }"]],
    },
    Row {
        refused: &["type Query { n: Int @shareable }", "type Query { n: Int }"],
        told: &["INVALID_FIELD_SHARING Query.n [b]"],
        legal: &[
            &["type Query { n: Int @shareable }", "type Query { n: Int @shareable }"],
            &["type Query { n: Int @shareable }", "#1 type Query { n: Int }"],
        ],
    },
    Row {
        // Two interface objects resolve one field, and so does an object behind the interface.
        refused: &[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! m: Int }",
            "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int m: Int }",
            "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int }",
        ],
        told: &[
            "INVALID_FIELD_SHARING I.n [b, c]",
            "INVALID_FIELD_SHARING T.m [a, b]",
            "INVALID_FIELD_SHARING T.n [b, c]",
        ],
        legal: &[&[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! m: Int @shareable }",
            "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int @shareable m: Int @shareable }",
            "type I @key(fields: \"id\") @interfaceObject { id: ID! n: Int @shareable }",
        ]],
    },
    Row {
        refused: &[
            "type Query { u: U @shareable } union U = X | Y type X @shareable { n: Int } type Y @shareable { n: Int }",
            "type Query { u: U @shareable } union U = Z type Z { n: Int }",
        ],
        told: &["SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES Query.u [a, b]"],
        legal: &[&[
            "type Query { u: U @shareable } union U = X | Y type X @shareable { n: Int } type Y @shareable { n: Int }",
            "type Query { u: U @shareable } union U = Y | Z type Y @shareable { n: Int } type Z { n: Int }",
        ]],
    },
    Row {
        refused: &["type Query { n: Int @override(from: \"a\") }"],
        told: &["OVERRIDE_FROM_SELF_ERROR Query.n [a]"],
        legal: &[&["type Query { n: Int @override(from: \"gone\") }"]],
    },
    Row {
        refused: &[
            "type Query { n: Int @override(from: \"b\") }",
            "type Query { n: Int @override(from: \"c\") }",
            "type Query { n: Int }",
        ],
        told: &["OVERRIDE_SOURCE_HAS_OVERRIDE Query.n [a, b]"],
        legal: &[&["type Query { n: Int @override(from: \"b\") }", "type Query { n: Int }"]],
    },
    Row {
        refused: &["type Query { n: Int @override(from: \"b\") }", "type Query { n: Int @override(from: \"a\") }"],
        told: &["OVERRIDE_SOURCE_HAS_OVERRIDE Query.n [a, b]", "OVERRIDE_SOURCE_HAS_OVERRIDE Query.n [b, a]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @override(from: \"b\") m: Int @shareable }",
            "type T @key(fields: \"id\") { id: ID! m: Int @external n: Int @requires(fields: \"m\") }",
        ],
        told: &["OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE T.n [a, b]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } \
             type T implements I @key(fields: \"id\") { id: ID! n: Int @shareable @override(from: \"b\") }",
            "type I @interfaceObject @key(fields: \"id\") { id: ID! n: Int @shareable }",
        ],
        told: &["OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE T.n [a, b]"],
        legal: &[&[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! m: Int @external n: Int @override(from: \"b\") @requires(fields: \"m\") }",
            "type T @key(fields: \"id\") { id: ID! m: Int n: Int }",
        ]],
    },
    Row {
        refused: &["type Query { i: I } interface I { n: Int @override(from: \"b\") } type T implements I { n: Int }"],
        told: &["OVERRIDE_ON_INTERFACE I.n [a]"],
        legal: &[&[
            "type Query { i: I } interface I { n: Int } type T implements I { n: Int @override(from: \"b\") }",
            "type T { n: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { a: Int @override(from: \"b\", label: \"1st\") b: Int @override(from: \"b\", label: \"percent(101)\") c: Int @override(from: \"b\", label: \"percent(1.123456789)\") }",
        ],
        told: &[
            "OVERRIDE_LABEL_INVALID Query.a [a]",
            "OVERRIDE_LABEL_INVALID Query.b [a]",
            "OVERRIDE_LABEL_INVALID Query.c [a]",
        ],
        legal: &[&[
            "type Query { a: Int @override(from: \"b\", label: \"a.b:c/d-e_f\") b: Int @override(from: \"b\", label: \"percent(100)\") c: Int @override(from: \"b\", label: \"percent(1.5)\") }",
            "type Query { a: Int }",
        ]],
    },
];
