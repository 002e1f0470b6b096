//! What the engine does not carry on or cannot plan is never lost silently.

use rialto::compose::{Subgraph, compose};

fn subgraph(sdl: &str) -> [Subgraph; 1] {
    let link = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", import: [\"@key\", \"@cost\", \
        \"@listSize\", \"@composeDirective\", \"@context\", \"@fromContext\"])\n";
    [Subgraph { name: "one".into(), url: String::new(), sdl: format!("{link}{sdl}") }]
}

#[test]
fn what_is_left_out_of_the_supergraph_is_told() {
    for (sdl, name) in [
        ("type Query { a: Int @cost(weight: 5) }", "@cost"),
        ("type Query { a(n: Int @cost(weight: 5)): Int }", "@cost"),
        ("type Query { a: [Int] @listSize(assumedSize: 5) }", "@listSize"),
        ("extend schema @composeDirective(name: \"@mine\")  type Query { a: Int }", "@composeDirective"),
    ] {
        let hints = compose(&subgraph(sdl)).unwrap().hints;
        assert!(hints.iter().any(|hint| hint.starts_with(name) && hint.contains("\"one\"")), "{sdl}: {hints:?}");
    }
    assert_eq!(compose(&subgraph("type Query { a: Int }")).unwrap().hints, Vec::<String>::new());
}

#[test]
fn what_cannot_be_planned_is_refused() {
    for sdl in [
        "type Query { a: T }  type T @key(fields: \"id\") @context(name: \"c\") { id: ID! }",
        "type Query { a(n: Int @fromContext(field: \"$c { n }\")): Int }",
    ] {
        let errors = compose(&subgraph(sdl)).unwrap_err();
        assert_eq!(errors[0].code.as_str(), "UNSUPPORTED_FEATURE", "{sdl}");
        assert!(errors[0].to_string().contains("not supported"), "{sdl}");
    }
}
