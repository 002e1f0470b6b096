//! Who may see what, what it costs, and how long lists are.

use super::Row;

pub const ROWS: &[Row] = &[
    Row {
        refused: &[
            "type Query { i: I } interface I @key(fields: \"id\") @authenticated { id: ID! n: Int @requiresScopes(scopes: [[\"s\"]]) } \
             type T implements I @key(fields: \"id\") { id: ID! n: Int }",
            "type I @interfaceObject @key(fields: \"id\") @policy(policies: [[\"p\"]]) { id: ID! m: Int }",
        ],
        told: &[
            "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE I [a]",
            "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE I.n [a]",
            "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE I [b]",
        ],
        legal: &[&[
            "type Query { i: I } interface I { n: Int } type T implements I @authenticated { n: Int @requiresScopes(scopes: [[\"s\"]]) }",
        ]],
    },
    Row {
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external e: Int @requires(fields: \"n\") \
             m: Int @external f: Int @requires(fields: \"m\") @requiresScopes(scopes: [[\"s\"], [\"t\"]]) }",
            "type T @key(fields: \"id\") { id: ID! n: Int @authenticated m: Int @requiresScopes(scopes: [[\"s\"]]) }",
        ],
        told: &["MISSING_TRANSITIVE_AUTH_REQUIREMENTS T.e [a]", "MISSING_TRANSITIVE_AUTH_REQUIREMENTS T.f [a]"],
        legal: &[&[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int @external e: Int @requires(fields: \"n\") @authenticated \
             m: Int @external f: Int @requires(fields: \"m\") @requiresScopes(scopes: [[\"s\", \"t\"]]) }",
            "type T @key(fields: \"id\") { id: ID! n: Int @authenticated m: Int @requiresScopes(scopes: [[\"s\"], [\"u\"]]) }",
        ]],
    },
    // What is behind an interface, or an interface object, demands what each object does.
    Row {
        refused: &[
            "type Query { t: T } interface I { n: Int } type A implements I @key(fields: \"id\") { id: ID! n: Int @authenticated } \
             type B implements I @key(fields: \"id\") @requiresScopes(scopes: [[\"s\"]]) { id: ID! n: Int } \
             interface J @key(fields: \"id\") { id: ID! k: Int } type K implements J @key(fields: \"id\") { id: ID! k: Int @authenticated } \
             type T @key(fields: \"id\") { id: ID! i: I j: J }",
            "interface I { n: Int } type A implements I @key(fields: \"id\") { id: ID! n: Int @external } \
             type B implements I @key(fields: \"id\") { id: ID! n: Int @external } \
             type J @interfaceObject @key(fields: \"id\") { id: ID! k: Int @external f: Int @requires(fields: \"k\") } \
             type T @key(fields: \"id\") { id: ID! i: I @external e: Int @requires(fields: \"i { n }\") @authenticated }",
        ],
        told: &["MISSING_TRANSITIVE_AUTH_REQUIREMENTS J.f [b]", "MISSING_TRANSITIVE_AUTH_REQUIREMENTS T.e [b]"],
        legal: &[&[
            "type Query { t: T } interface I { n: Int } type A implements I @key(fields: \"id\") { id: ID! n: Int @authenticated } \
             type B implements I @key(fields: \"id\") @requiresScopes(scopes: [[\"s\"]]) { id: ID! n: Int } \
             interface J @key(fields: \"id\") { id: ID! k: Int } type K implements J @key(fields: \"id\") { id: ID! k: Int @authenticated } \
             type T @key(fields: \"id\") { id: ID! i: I j: J }",
            "interface I { n: Int } type A implements I @key(fields: \"id\") { id: ID! n: Int @external } \
             type B implements I @key(fields: \"id\") { id: ID! n: Int @external } \
             type J @interfaceObject @key(fields: \"id\") { id: ID! k: Int @external f: Int @requires(fields: \"k\") @authenticated } \
             type T @key(fields: \"id\") { id: ID! i: I @external e: Int @requires(fields: \"i { n }\") @authenticated @requiresScopes(scopes: [[\"s\"]]) }",
        ]],
    },
    Row {
        // What an interface demands for the objects behind it, others require with it.
        refused: &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: N @external m: Int @requires(fields: \"n { x }\") } \
             interface N { x: Int } type A implements N { x: Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: N } interface N { x: Int } type A implements N { x: Int @authenticated }",
        ],
        told: &["MISSING_TRANSITIVE_AUTH_REQUIREMENTS T.m [a]"],
        legal: &[&[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: N @external m: Int @requires(fields: \"n { x }\") @authenticated } \
             interface N { x: Int } type A implements N { x: Int @external }",
            "type T @key(fields: \"id\") { id: ID! n: N } interface N { x: Int } type A implements N { x: Int @authenticated }",
        ]],
    },
    Row {
        refused: &["type Query { i: I } interface I { n: Int @cost(weight: 5) } type T implements I { n: Int }"],
        told: &["COST_APPLIED_TO_INTERFACE_FIELD I.n [a]"],
        legal: &[&["type Query { i: I } interface I { n: Int } type T implements I { n: Int @cost(weight: 5) }"]],
    },
    Row {
        refused: &["type Query { a: Int @listSize(assumedSize: 5) b: [Int] @listSize(assumedSize: -5) \
             c(n: String): [Int] @listSize(slicingArguments: [\"n\", \"m\"]) d: T @listSize(sizedFields: [\"n\", \"x\"]) } type T { n: Int }"],
        told: &[
            "LIST_SIZE_APPLIED_TO_NON_LIST Query.a [a]",
            "LIST_SIZE_INVALID_ASSUMED_SIZE Query.b [a]",
            "LIST_SIZE_INVALID_SLICING_ARGUMENT Query.c [a]",
            "LIST_SIZE_APPLIED_TO_NON_LIST Query.d [a]",
            "LIST_SIZE_INVALID_SIZED_FIELD Query.d [a]",
        ],
        legal: &[&["type Query { a: [Int] @listSize(assumedSize: 5) b: [Int]! @listSize(assumedSize: 0) \
             c(n: Int): [Int] @listSize(slicingArguments: [\"n\"]) e(in: In): [Int] @listSize(slicingArguments: [\"in.n\", \"in.in.n\"]) d(n: Int!): T @listSize(sizedFields: [\"n\"], slicingArguments: [\"n\"]) } type T { n: [Int!]! } input In { n: Int in: In }"]],
    },
];
