//! Directives that clients use in operations: what all subgraphs define alike.

use rialto::{
    graph::Supergraph,
    operation::{Document, Limits},
};

use super::support::{composed, told};

fn both(sdls: &[&str]) -> (String, String) {
    let composed = composed(sdls).unwrap_or_else(|errors| panic!("{}", told(&errors)));
    (composed.supergraph_sdl, composed.api_sdl)
}

/// The definitions of directives that are no specification's.
fn defined(sdl: &str) -> Vec<&str> {
    let known = ["@link", "@join__", "@tag", "@inaccessible", "@mine"];
    let own = |line: &&str| !known.iter().any(|name| line.starts_with(&format!("directive {name}")));
    sdl.lines().filter(|line| line.starts_with("directive")).filter(own).collect()
}

#[test]
fn what_all_subgraphs_define_is_their_common_part() {
    let (supergraph, api) = both(&[
        "directive @x(n: Int!, m: Int, e: E = A) repeatable on QUERY | FIELD | OBJECT enum E { A B } type Query { a: Int }",
        "directive @x(n: Int, e: E = A) repeatable on FIELD | QUERY | MUTATION enum E { A } type Query { b: Int }",
    ]);
    let expected = ["directive @x(n: Int!, e: E = A) repeatable on QUERY | FIELD"];
    assert_eq!(defined(&supergraph), expected);
    assert_eq!(defined(&api), expected);
    // An enum that only goes in has the values that all know.
    assert!(!api.contains("  B\n"), "{api}");
}

#[test]
fn what_not_all_define_is_not_there() {
    let (supergraph, api) = both(&[
        "directive @x on FIELD directive @y on FIELD directive @z on OBJECT type Query @z { a: Int }",
        "directive @y on QUERY type Query { b: Int }",
    ]);
    assert!(defined(&supergraph).is_empty() && defined(&api).is_empty(), "{supergraph}");
}

#[test]
fn clients_see_arguments_that_are_not_hidden_and_what_they_say() {
    let (supergraph, api) = both(&[
        "\"about x\" directive @x(\"about n\" n: Int @tag(name: \"t\"), m: Int @inaccessible) on FIELD type Query { a: Int }",
    ]);
    for part in ["\"\"\"\nabout x\n\"\"\"\ndirective @x(\n", "n: Int @tag(name: \"t\")", "m: Int @inaccessible"] {
        assert!(supergraph.contains(part), "{part} is not in:\n{supergraph}");
    }
    assert!(api.contains("about x") && api.contains("about n") && !api.contains("m: Int"), "{api}");
    assert!(!api.contains("@tag") && !api.contains("join__"), "{api}");
}

#[test]
fn what_is_carried_on_for_its_specification_is_no_client_s() {
    let (supergraph, api) = both(&[
        "extend schema @composeDirective(name: \"@mine\") @link(url: \"https://example.com/mine/v1.0\", import: [\"@mine\"]) \
         directive @mine on FIELD | OBJECT directive @defer on FRAGMENT_SPREAD type Query @mine { a: Int }",
    ]);
    assert!(supergraph.contains("directive @mine on"), "{supergraph}");
    assert!(!supergraph.contains("directive @defer") && !api.contains("@mine"), "{api}");
}

#[test]
fn an_operation_may_use_what_all_define_and_nothing_else() {
    let sdl = both(&["directive @x(n: Int) on FIELD | QUERY type Query { a: Int }"]).0;
    let graph = Supergraph::parse(&sdl).unwrap();
    let document = |text: &str| Document::read(&graph, text, &Limits::default()).map(|_| ());
    assert!(document("query @x { a @x(n: 1) }").is_ok());
    for wrong in ["{ a @x(n: \"text\") }", "{ a @y }", "{ ... @x { a } }"] {
        assert!(document(wrong).is_err(), "{wrong}");
    }
}
