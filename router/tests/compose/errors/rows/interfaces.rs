//! Interfaces, their keys, and interface objects.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "type Query { i: I } interface I { n: Int m: Int } type T implements I @shareable { n: Int m: Int }",
            "type Query { j: I } interface I { n: Int } type V implements I { n: Int }",
        ],
        told: &["INTERFACE_FIELD_NO_IMPLEM V.m [a, b]"],
        legal: &[&[
            "type Query { i: I } interface I { n: Int m: Int } type T implements I @shareable { n: Int m: Int }",
            "type Query { j: I } interface I { n: Int } type V implements I { n: Int m: Int }",
        ]],
    },
    Row {
        refused: &["type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I { id: ID! } \
             type U implements I @key(fields: \"id\", resolvable: false) { id: ID! } type V implements I @key(fields: \"id\") { id: ID! }"],
        told: &["INTERFACE_KEY_NOT_ON_IMPLEMENTATION I [a]"],
        legal: &[
            &[
                "type Query { i: I } interface I @key(fields: \"id n\") { id: ID! n: Int } type T implements I @key(fields: \"n id\") { id: ID! n: Int }",
            ],
            &["type Query { i: I } interface I @key(fields: \"id\", resolvable: false) { id: ID! } \
               type T implements I @key(fields: \"id\", resolvable: false) { id: ID! }"],
        ],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            "type Query { j: I } interface I { id: ID! } type U implements I @key(fields: \"id\") { id: ID! }",
        ],
        told: &["INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE I [a]"],
        legal: &[
            &[
                "#1 type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
                "#1 extend type Query { j: I } interface I { id: ID! } type U implements I @key(fields: \"id\") { id: ID! }",
            ],
            &[
                "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
                "type Query { j: I } interface I { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            ],
        ],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            "type I @interfaceObject { id: ID! }",
        ],
        told: &["INTERFACE_OBJECT_USAGE_ERROR I [b]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { i: I } type I @interfaceObject @key(fields: \"id\") { id: ID! }",
            "type I @key(fields: \"id\") { id: ID! n: Int }",
        ],
        told: &["TYPE_KIND_MISMATCH I [a, b]"],
        legal: &[],
    },
    Row {
        refused: &["type Query { i: I } type I @interfaceObject @key(fields: \"id\") { id: ID! }"],
        told: &["INTERFACE_OBJECT_USAGE_ERROR I [a]"],
        legal: &[],
    },
    Row {
        refused: &[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            "type I @interfaceObject @key(fields: \"id\") { id: ID! n: Int } type T @key(fields: \"id\") { id: ID! m: Int }",
        ],
        told: &["INTERFACE_OBJECT_USAGE_ERROR I [b]"],
        legal: &[&[
            "type Query { i: I } interface I @key(fields: \"id\") { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            "type I @interfaceObject @key(fields: \"id\") { id: ID! n: Int }",
        ]],
    },
];
