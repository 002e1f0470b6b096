//! What the engine cannot plan is never lost silently.

use rialto::compose::{Subgraph, compose};

fn subgraph(sdl: &str) -> [Subgraph; 1] {
    let link = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.12\", import: [\"@key\", \
        \"@context\", \"@fromContext\"])\n";
    [Subgraph { name: "one".into(), url: String::new(), sdl: format!("{link}{sdl}") }]
}

#[test]
fn what_cannot_be_planned_is_refused() {
    for (sdl, coordinate) in [
        ("type Query { a: T }  type T @key(fields: \"id\") @context(name: \"c\") { id: ID! }", "T"),
        ("type Query { a(n: Int @fromContext(field: \"$c { n }\")): Int }", "Query.a(n:)"),
        (
            "extend schema @link(url: \"https://specs.apollo.dev/connect/v0.2\", import: [\"@connect\"]) type Query { a: Int }",
            "@link",
        ),
    ] {
        let errors = compose(&subgraph(sdl)).unwrap_err();
        assert_eq!((errors[0].code.as_str(), errors[0].coordinate.as_str()), ("UNSUPPORTED_FEATURE", coordinate));
        assert!(errors[0].to_string().contains("not supported"), "{sdl}");
    }
}
