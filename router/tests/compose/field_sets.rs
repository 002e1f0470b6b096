//! Selections of `@key`, `@requires` and `@provides` that do not fit their subgraph are refused by name.

use rialto::compose::{Subgraph, compose};

#[test]
fn a_selection_that_does_not_fit_is_refused() {
    let link = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.5\", import: [\"@key\", \"@requires\", \
        \"@provides\", \"@external\"])\n";
    for (sdl, code, coordinate, part) in [
        ("type Query { t: T } type T @key(fields: \"id x\") { id: ID! }", "KEY_INVALID_FIELDS", "T", "T.x"),
        ("type Query { t: T } type T @key(fields: \"id {\") { id: ID! }", "KEY_INVALID_FIELDS", "T", "not a selection"),
        ("type Query { t: T } type T @key(fields: \"id { x }\") { id: ID! }", "KEY_INVALID_FIELDS", "T", "below T.id"),
        (
            "type Query { t: T } type T @key(fields: \"u\") { u: T }",
            "KEY_INVALID_FIELDS",
            "T",
            "what it selects of T.u",
        ),
        (
            "type Query { t: T } type T @key(fields: \"id\") { id(n: Int): ID! }",
            "KEY_FIELDS_HAS_ARGS",
            "T",
            "takes arguments",
        ),
        (
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! a: Int @requires(fields: \"b\") }",
            "REQUIRES_INVALID_FIELDS",
            "T.a",
            "T.b",
        ),
        (
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! a: Int @requires(fields: \"... on X { id }\") }",
            "REQUIRES_INVALID_FIELDS",
            "T.a",
            "fragment on X",
        ),
        (
            "type Query { t: T @provides(fields: \"a\") } type T @key(fields: \"id\") { id: ID! }",
            "PROVIDES_INVALID_FIELDS",
            "Query.t",
            "T.a",
        ),
    ] {
        let errors =
            compose(&[Subgraph { name: "one".into(), url: String::new(), sdl: format!("{link}{sdl}") }]).unwrap_err();
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!((errors[0].code.as_str(), errors[0].coordinate.as_str()), (code, coordinate), "{told:?}");
        assert!(told[0].contains(part) && told[0].contains("[one]"), "{told:?}");
    }
}
