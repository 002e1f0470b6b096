//! Each hint: subgraphs that compose, and what is told of them.

use std::collections::BTreeSet;

use rialto::compose::HintCode;

use super::support::{composed, told};

/// Subgraphs, and the hints as `CODE coordinate [subgraphs]`s.
const ROWS: &[(&[&str], &[&str])] = &[
    (
        &["type Query { n(x: Int): Int @shareable }", "type Query { n(x: Int!): Int! @shareable }"],
        &[
            "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE Query.n [b]",
            "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE Query.n(x:) [a, b]",
        ],
    ),
    (
        &["type Query { n(x: Int = 1, y: Int): Int @shareable }", "type Query { n(x: Int): Int @shareable }"],
        &["INCONSISTENT_DEFAULT_VALUE_PRESENCE Query.n(x:) [a]", "INCONSISTENT_ARGUMENT_PRESENCE Query.n(y:) [b]"],
    ),
    (
        &[
            "type Query { t: T i: I v: V } type T @key(fields: \"id\") { id: ID! } interface I { n: Int } type V @shareable { n: Int m: Int }",
            "type Query { t2: V } type T { id: ID! @shareable } interface I { n: Int m: Int } type V @shareable { n: Int m: Int }",
        ],
        &["INCONSISTENT_ENTITY T [b]", "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD I.m [a]"],
    ),
    (
        &[
            "type Query { t(x: In, i: I): V } type V @shareable { n: Int m: Out } enum In { A B } enum Out { A } input I { x: Int y: Int }",
            "type Query { u(x: In, i: I): Out } type V @shareable { n: Int } union U = V enum In { A } enum Out { A B } input I { x: Int } enum Idle { A }",
            "union U = V | W type W { n: Int } type V @shareable { n: Int }",
        ],
        &[
            "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD V.m [b, c]",
            "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM In.B [b]",
            "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM Out.B [a]",
            "INCONSISTENT_INPUT_OBJECT_FIELD I.y [b]",
            "INCONSISTENT_UNION_MEMBER U [b]",
            "UNUSED_ENUM_TYPE Idle [b]",
        ],
    ),
    (
        &[
            "type Query { \"one\" n: Int @shareable }",
            "type Query { \"two\" n: Int @shareable }",
            "type Query { \"two\" n: Int @shareable }",
        ],
        &["INCONSISTENT_DESCRIPTION Query.n [a]"],
    ),
    (
        &[
            "type Query { n: Int @shareable @deprecated(reason: \"one\") }",
            "type Query { n: Int @shareable @deprecated }",
        ],
        &["INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS Query.n [a, b]"],
    ),
    (
        &[
            "type Query { a: S } scalar S @specifiedBy(url: \"https://a.example\")",
            "type Query { b: S } scalar S @specifiedBy(url: \"https://b.example\")",
        ],
        &["INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS S [a, b]"],
    ),
    (
        &["type Query { a(i: I): Int } input I { x: Int! }", "type Query { b(i: I): Int } input I { x: Int }"],
        &["INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE I.x [a, b]"],
    ),
    (
        &["type Query { n: Int @shareable @cost(weight: 1) }", "type Query { n: Int @shareable @cost(weight: 2) }"],
        &["MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS Query.n [a, b]"],
    ),
    (
        &[
            "type Query { u: U @shareable } union U = X | Y type X @shareable { n: Int } type Y @shareable { n: Int }",
            "type Query { u: U @shareable } union U = X type X @shareable { n: Int }",
        ],
        &["INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN Query.u [a, b]", "INCONSISTENT_UNION_MEMBER U [b]"],
    ),
    (
        &[
            "type Query { a: Int @override(from: \"z\") b: Int @override(from: \"b\") c: Int @override(from: \"b\") d: Int @override(from: \"b\", label: \"percent(5)\") }",
            "type Query { b: Int d: Int }",
        ],
        &[
            "FROM_SUBGRAPH_DOES_NOT_EXIST Query.a [a]",
            "OVERRIDDEN_FIELD_CAN_BE_REMOVED Query.b [b]",
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED Query.c [a]",
            "OVERRIDE_MIGRATION_IN_PROGRESS Query.d [b]",
        ],
    ),
    (&["#1 type Query { a: Int }", "type Query { b: Int }"], &["IMPLICITLY_UPGRADED_FEDERATION_VERSION [a]"]),
    (
        &[
            "extend schema @composeDirective(name: \"@tag\") @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
             directive @mine on FIELD_DEFINITION type Query { a: Int @mine @tag(name: \"x\") }",
            "extend schema @link(url: \"https://example.com/mine/v1.0\", import: [{ name: \"@mine\", as: \"@own\" }]) \
             directive @own on FIELD_DEFINITION type Query { b: Int @own }",
        ],
        &["DIRECTIVE_COMPOSITION_INFO @tag [a]", "DIRECTIVE_COMPOSITION_WARN @mine [b]"],
    ),
    // What one takes only one field of, all do.
    (
        &[
            "type Query { a(x: X): Int } input X @oneOf { n: Int m: Int }",
            "type Query { b(x: X): Int } input X { n: Int m: Int }",
        ],
        &["INCONSISTENT_INPUT_OBJECT_ONE_OF X [b]"],
    ),
    (
        &[
            "directive @one on FIELD directive @two on FIELD directive @three on FIELD | QUERY directive @four repeatable on FIELD \
             type Query { a: Int }",
            "directive @two on QUERY directive @three on FIELD directive @four on FIELD type Query { b: Int }",
        ],
        &[
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE @one [b]",
            "NO_EXECUTABLE_DIRECTIVE_INTERSECTION @two [a, b]",
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS @three [a, b]",
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE @four [a, b]",
        ],
    ),
    // Defaults that lack what is required, by themselves or by what another subgraph does not say.
    (
        &[
            "type Query { rooms(filter: Filter = {}): Int } input Filter { floor: Int! = 1 wing: String }",
            "type Query { halls(filter: Filter): Int } input Filter { floor: Int! wing: String }",
        ],
        &[
            "INCONSISTENT_DEFAULT_VALUE_PRESENCE Filter.floor [a]",
            "INCOMPLETE_DEFAULT_VALUE Query.rooms(filter:) [a, b]",
        ],
    ),
    (
        &["type Query { a(i: [Outer] = [{inner: {}}]): Int } input Outer { inner: Inner } input Inner { n: Int! }"],
        &["INCOMPLETE_DEFAULT_VALUE Query.a(i:) [a]"],
    ),
    (
        &[
            "type Query { listed: Medium } interface Medium @key(fields: \"id\") { id: ID! }",
            "type Query { best: Medium } type Medium @key(fields: \"id\", resolvable: false) @interfaceObject { id: ID! stars: Int }",
        ],
        &["UNKNOWN_RUNTIME_TYPE Medium [b]"],
    ),
    (
        &[
            "type Query { a: Int } type Subscription { s: Int }",
            "schema { query: Query subscription: S } type Query { b: Int } type S { t: Int }",
        ],
        &["SUBSCRIPTIONS_NOT_SERVED Subscription [a, b]"],
    ),
    (&["type Query { a: Int }", "type Query { b: Int }"], &[]),
];

#[test]
fn each_hint_is_told() {
    for (sdls, expected) in ROWS {
        let hints = composed(sdls).unwrap_or_else(|errors| panic!("{}", told(&errors))).hints;
        let heads: BTreeSet<String> =
            hints.iter().map(|hint| hint.to_string().split(": ").next().unwrap_or_default().to_owned()).collect();
        assert_eq!(heads, expected.iter().map(|head| (*head).to_owned()).collect(), "{sdls:?}: {hints:?}");
    }
}

/// Who reads it learns what was lost where.
#[test]
fn an_incomplete_default_names_the_field_and_the_subgraph() {
    let sdls = [
        "type Query { rooms(filter: Filter = {}): Int } input Filter { floor: Int! = 1 wing: String }",
        "type Query { halls(filter: Filter): Int } input Filter { floor: Int! wing: String }",
    ];
    let hints = composed(&sdls).unwrap().hints;
    let hint = hints.iter().find(|hint| hint.code == HintCode::IncompleteDefaultValue).unwrap();
    assert!(hint.message.contains("Filter.floor") && hint.message.contains(" in b:"), "{hint}");
}

#[test]
fn every_code_has_a_row() {
    let rows: BTreeSet<&str> =
        ROWS.iter().flat_map(|(_, told)| *told).filter_map(|head| head.split(' ').next()).collect();
    let without: Vec<&str> =
        HintCode::ALL.iter().map(|code| code.as_str()).filter(|code| !rows.contains(code)).collect();
    assert!(without.is_empty(), "{without:?}");
}
