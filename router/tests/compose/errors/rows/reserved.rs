//! Names that belong to GraphQL's introspection, to the federation protocol, and to supergraphs.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "type Query { u: __Schema v(x: __TypeKind = SCALAR): [__Field!] w(i: I): Int } input I { k: [__TypeKind!]! } \
             interface N { t: __Type } type T implements N { t: __Type }",
            "type Query { b: Int } extend type __Type { n: Int }",
        ],
        told: &[
            "INVALID_GRAPHQL Query.u [a]",
            "INVALID_GRAPHQL Query.v [a]",
            "INVALID_GRAPHQL Query.v(x:) [a]",
            "INVALID_GRAPHQL I.k [a]",
            "INVALID_GRAPHQL N.t [a]",
            "INVALID_GRAPHQL T.t [a]",
            "INVALID_GRAPHQL __Type [b]",
        ],
        legal: &[&["type Query { u: _Schema a__b: Int } type _Schema { a__b: Int }"]],
    },
    Row {
        refused: &[
            "type Query { a: _Any } type _Any { n: Int }",
            "type Query { b: _Entity c: Int } scalar _Entity",
            "type Query { c: _Service }  input _Service { n: Int }",
            "#1 type Query { d(x: _Any): Int } scalar _Any",
        ],
        told: &[
            "TYPE_DEFINITION_INVALID _Any [a]",
            "INVALID_GRAPHQL Query.a [a]",
            "TYPE_DEFINITION_INVALID _Entity [b]",
            "INVALID_GRAPHQL Query.b [b]",
            "INVALID_GRAPHQL Query.c [c]",
            "INVALID_GRAPHQL Query.d(x:) [d]",
        ],
        legal: &[&[
            "#1 scalar _Any union _Entity = T type _Service { sdl: String } type T @key(fields: \"id\") { id: ID! } \
             type Query { t: T _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }",
            "type Query { f: FieldSet } type FieldSet { n: Int }",
        ]],
    },
    Row {
        refused: &[
            "type Query { a: join__Graph } enum join__Graph { A }",
            "type Query { b: core__Thing } type core__Thing { n: Int }",
            "type Query { c(x: policy__In): Int } input policy__In { n: Int }",
        ],
        told: &[
            "TYPE_DEFINITION_INVALID join__Graph [a]",
            "TYPE_DEFINITION_INVALID core__Thing [b]",
            "TYPE_DEFINITION_INVALID policy__In [c]",
        ],
        legal: &[&["type Query { a: joins__Graph b: join_Graph } type joins__Graph { n: Int } enum join_Graph { A }"]],
    },
];
