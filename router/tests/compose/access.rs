//! Who may see something, in the supergraph: what several subgraphs demand, and what interfaces demand for the objects
//! behind them.

use rialto::graph::Supergraph;

use super::support::{composed, told};

fn supergraph(sdls: &[&str]) -> String {
    composed(sdls).unwrap_or_else(|errors| panic!("{}", told(&errors))).supergraph_sdl
}

/// The directives of `Query.n`, of which each subgraph demands something.
fn demanded(demands: &[&str]) -> String {
    let sdls: Vec<String> =
        demands.iter().map(|demand| format!("type Query {{ n: Int @shareable {demand} }}")).collect();
    let text = supergraph(&sdls.iter().map(String::as_str).collect::<Vec<_>>());
    let line = text.lines().find_map(|line| line.strip_prefix("  n: Int")).unwrap_or_default();
    line.trim().to_owned()
}

#[test]
fn demands_of_several_subgraphs_hold_together_without_what_is_needless() {
    let scopes = |sets: &str| format!("@requiresScopes(scopes: {sets})");
    for (one, other, expected) in [
        ("[[\"a\"], [\"b\"]]", "[[\"c\"], [\"a\"]]", "[[\"a\"], [\"b\", \"c\"]]"),
        ("[[\"a\"]]", "[[\"a\", \"b\"], [\"c\"]]", "[[\"a\", \"b\"], [\"a\", \"c\"]]"),
        ("[[\"b\"], [\"a\"]]", "[[\"a\"], [\"b\"]]", "[[\"a\"], [\"b\"]]"),
        // What is the same is left as it is written.
        ("[[\"b\", \"a\"]]", "[[\"b\", \"a\"]]", "[[\"b\", \"a\"]]"),
        // No alternative, and one of nothing, ask for nothing.
        ("[]", "[[\"a\"]]", "[[\"a\"]]"),
        ("[[]]", "[[\"b\"], [\"a\"]]", "[[\"a\"], [\"b\"]]"),
    ] {
        assert_eq!(demanded(&[&scopes(one), &scopes(other)]), scopes(expected), "{one} and {other}");
        assert_eq!(demanded(&[&scopes(other), &scopes(one)]), scopes(expected), "{other} and {one}");
    }
    let three = ["[[\"z\"], [\"y\"]]", "[[\"x\", \"z\"], [\"m\"]]", "[[\"m\"], [\"y\", \"x\"]]"].map(scopes);
    let expected = scopes("[[\"m\", \"y\"], [\"m\", \"z\"], [\"x\", \"y\", \"z\"]]");
    assert_eq!(demanded(&[&three[0], &three[1], &three[2]]), expected);
}

#[test]
fn interfaces_demand_what_all_objects_behind_them_demand() {
    let text = supergraph(&["type Query { i: I j: J } interface I { n: Int m: Int } interface J { m: Int } \
         type T implements I & J @authenticated { n: Int @policy(policies: [[\"p\"]]) m: Int } \
         type U implements I @requiresScopes(scopes: [[\"s\"], [\"t\"]]) { n: Int @policy(policies: [[\"q\"]]) m: Int }"]);
    let interface = |name: &str| {
        let at = text.find(&format!("interface {name}\n")).unwrap();
        text[at..].split_once("}\n").unwrap().0.to_owned()
    };
    let (i, j) = (interface("I"), interface("J"));
    for part in [
        "@authenticated\n",
        "@requiresScopes(scopes: [[\"s\"], [\"t\"]])",
        "n: Int @policy(policies: [[\"p\", \"q\"]])",
    ] {
        assert!(i.contains(part), "{part} is not in:\n{i}");
    }
    assert!(i.contains("m: Int\n"), "{i}");
    assert!(j.contains("@authenticated\n") && !j.contains("Scopes"), "{j}");
}

#[test]
fn directives_keep_the_names_that_subgraphs_import_them_under() {
    let link = |imports: &str| {
        format!(
            "#raw extend schema @link(url: \"https://specs.apollo.dev/federation/v2.12\", import: [\"@shareable\", {imports}])"
        )
    };
    let renamed = "{ name: \"@requiresScopes\", as: \"@needs\" }, { name: \"@inaccessible\", as: \"@tag\" }, \
                   { name: \"@tag\", as: \"@inaccessible\" }";
    let text = supergraph(&[
        &format!(
            "{} type Query {{ open: Int @inaccessible(name: \"x\") hidden: Int @tag n: Int @shareable @needs(scopes: [[\"a\"]]) }}",
            link(renamed)
        ),
        &format!("{} type Query {{ n: Int @shareable @needs(scopes: [[\"b\"]]) }}", link(renamed)),
        // Another name for what is not used is no matter.
        &format!("{} type Query {{ m: Int }}", link("\"@requiresScopes\"")),
    ]);
    for part in [
        "@link(url: \"https://specs.apollo.dev/requiresScopes/v0.1\", import: [{name: \"@requiresScopes\", as: \"@needs\"}], for: SECURITY)",
        "@link(url: \"https://specs.apollo.dev/tag/v0.3\", as: \"_tag\", import: [{name: \"@tag\", as: \"@inaccessible\"}])",
        "directive @needs(scopes: [[requiresScopes__Scope!]!]!) on",
        "@needs(scopes: [[\"a\", \"b\"]])",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    let graph = Supergraph::parse(&text).unwrap();
    let query = graph.api.get_object("Query").unwrap();
    assert!(query.fields.contains_key("open") && !query.fields.contains_key("hidden"), "{}", graph.api);
    let scopes = &graph.field(graph.query(), "n").unwrap().authorization.scopes;
    assert_eq!(format!("{scopes:?}"), "[[\"a\", \"b\"]]");
}

#[test]
fn an_interface_of_many_objects_demands_all_at_once() {
    let objects: Vec<String> = (0..60)
        .map(|n| format!("type T{n} implements I @requiresScopes(scopes: [[\"a{n}\"], [\"b{n}\"]]) {{ n: Int }}"))
        .collect();
    let text = supergraph(&[&format!("type Query {{ i: I }} interface I {{ n: Int }} {}", objects.join(" "))]);
    let (_, i) = text.split_once("interface I").unwrap();
    let (head, _) = i.split_once('{').unwrap();
    // There are 2^60 alternatives: all scopes are more than any of them.
    assert_eq!((head.matches("], [").count(), head.matches('"').count()), (0, 240), "{head}");
    let graph = Supergraph::parse(&text).unwrap();
    let demand = |ty: &str| graph.info(graph.type_id(ty).unwrap()).authorization.clone();
    assert!(demand("I").is_public(), "each object is judged for itself");
    assert_eq!(demand("T7").scopes, [["a7"], ["b7"]]);
}
