//! Fields that no path reaches are refused, with an operation that shows it; what a planner reaches is not.

use rialto::compose::{CompositionError, Subgraph, compose};

const V2: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \"@shareable\", \"@external\", \"@requires\", \"@provides\", \"@interfaceObject\"])\n";

fn errors(sdls: &[(&str, &str)]) -> Vec<CompositionError> {
    let subgraph = |(name, sdl): &(&str, &str)| Subgraph {
        name: (*name).to_owned(),
        url: String::new(),
        sdl: format!("{V2}{sdl}"),
    };
    compose(&sdls.iter().map(subgraph).collect::<Vec<_>>()).err().unwrap_or_default()
}

/// Asserts that just the operations are refused, by the fields that they cannot reach.
fn all_refused(sdls: &[(&str, &str)], expected: &[(&str, &str)]) {
    let errors = errors(sdls);
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), expected.len(), "{told:?}");
    for (coordinate, operation) in expected {
        let shown =
            errors.iter().zip(&told).any(|(error, told)| error.coordinate == *coordinate && told.contains(operation));
        assert!(shown, "{coordinate} in {operation} is not in: {told:?}");
    }
}

/// Asserts that just `coordinate` is refused, and how the sentence shows it.
fn refused(sdls: &[(&str, &str)], coordinate: &str, parts: &[&str]) {
    let errors = errors(sdls);
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let [error] = errors.as_slice() else { panic!("{told:?}") };
    assert_eq!((error.code.as_str(), error.coordinate.as_str()), ("SATISFIABILITY_ERROR", coordinate));
    for part in parts {
        assert!(told[0].contains(part), "{part} is not in: {}", told[0]);
    }
}

#[test]
fn a_field_behind_no_key_is_refused() {
    refused(
        &[
            ("a", "type Query { thing: Thing } type Thing { id: ID! @shareable }"),
            ("b", "type Query { other: Thing } type Thing { id: ID! @shareable price: Int }"),
        ],
        "Thing.price",
        &["query { thing { price } }", "\"b\" has no resolvable @key", "[b]"],
    );
}

#[test]
fn a_key_that_is_not_resolvable_leads_nowhere() {
    refused(
        &[
            ("a", "type Query { thing: Thing } type Thing @key(fields: \"id\") { id: ID! }"),
            ("b", "type Thing @key(fields: \"id\", resolvable: false) { id: ID! price: Int }"),
        ],
        "Thing.price",
        &["\"b\" has no resolvable @key"],
    );
}

#[test]
fn a_key_that_nobody_before_knows_leads_nowhere() {
    refused(
        &[
            ("a", "type Query { thing(of: ID!): Thing } type Thing @key(fields: \"id\") { id: ID! }"),
            ("b", "type Thing @key(fields: \"code\") { code: ID! }"),
        ],
        "Thing.code",
        &["query($v0: ID!) { thing(of: $v0) { code } }", "\"b\" has a @key whose fields cannot be had here"],
    );
}

#[test]
fn one_path_of_several_that_fails_is_enough() {
    refused(
        &[
            (
                "a",
                "type Query { good: Thing @shareable bad: Bad } type Bad { thing: Thing } type Thing { id: ID! @shareable }",
            ),
            ("b", "type Query { good: Thing @shareable } type Thing { id: ID! @shareable price: Int }"),
        ],
        "Thing.price",
        &["query { bad { thing { price } } }"],
    );
}

#[test]
fn cyclic_graphs_and_shared_parents_are_accepted() {
    let accepted = errors(&[
        (
            "a",
            "type Query { thing: Thing @shareable } type Thing { id: ID! @shareable self: Thing @shareable } \
             type User @key(fields: \"id\") { id: ID! friends: [User!]! } type Mutation { add: User }",
        ),
        (
            "b",
            "type Query { thing: Thing @shareable } type Thing { price: Int self: Thing @shareable } \
             type User @key(fields: \"id\") { id: ID! name: String }",
        ),
    ]);
    assert_eq!(accepted, []);
}

#[test]
fn each_way_of_arriving_counts() {
    // Both paths lead through Box.t, but each subgraph knows T by a key that the other does not know.
    all_refused(
        &[
            (
                "a",
                "type Query { q1: Box } type Box { t: T @shareable } type T @key(fields: \"k1\") { k1: ID! n: Int @shareable }",
            ),
            (
                "b",
                "type Query { q2: Box } type Box { t: T @shareable } type T @key(fields: \"k2\") { k2: ID! n: Int @shareable f: Int }",
            ),
        ],
        &[
            ("T.f", "query { q1 { t { f } } }"),
            ("T.k2", "query { q1 { t { k2 } } }"),
            ("T.k1", "query { q2 { t { k1 } } }"),
        ],
    );
}

#[test]
fn a_field_that_one_of_two_ways_to_the_same_parent_field_reaches_is_refused() {
    // Both paths lead through Box.t, of which only one subgraph knows the price.
    let errors = errors(&[
        (
            "a",
            "type Query { near: Box } type Box { t: T @shareable } type T { id: ID! @shareable price: Int @shareable }",
        ),
        ("b", "type Query { far: Box } type Box { t: T @shareable } type T { id: ID! @shareable }"),
    ]);
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let [error] = errors.as_slice() else { panic!("{told:?}") };
    assert_eq!(error.coordinate, "T.price");
    assert!(told[0].contains("query { far { t { price } } }"), "{told:?}");
}

#[test]
fn what_a_mutation_returns_comes_from_one_subgraph() {
    refused(
        &[
            ("a", "type Query { t: T @shareable } type Mutation { m: T } type T { id: ID! @shareable }"),
            ("b", "type Query { t: T @shareable } type T { id: ID! @shareable price: Int }"),
        ],
        "T.price",
        &["mutation { m { price } }"],
    );
}

#[test]
fn a_mutation_of_several_subgraphs_needs_one_that_leads_to_all() {
    let a = "type Query { q: Int } type Mutation { m: Box @shareable } type Box @shareable { v: V }";
    let b = "type Query { t: Int } type Mutation { m: Box @shareable } type Box @shareable { v: V }";
    let legal = errors(&[
        ("a", &format!("{a} type V @shareable {{ n: Int }}")),
        ("b", &format!("{b} type V @shareable {{ n: Int price: Int }}")),
    ]);
    assert_eq!(legal, []);
    refused(
        &[
            ("a", &format!("{a} type V @shareable {{ n: Int weight: Int }}")),
            ("b", &format!("{b} type V @shareable {{ n: Int price: Int }}")),
        ],
        "V.price",
        &["mutation { m { v { price } } }"],
    );
}

#[test]
fn what_a_subscription_hands_over_must_be_whole() {
    refused(
        &[
            ("a", "type Query { q: Int } type Subscription { s: Box } type Box { t: T } type T { id: ID! @shareable }"),
            ("b", "type Query { t: T } type T { id: ID! @shareable price: Int }"),
        ],
        "T.price",
        &["subscription { s { t { price } } }"],
    );
    let legal = errors(&[
        ("a", "type Query { q: Int } type Subscription { s: T } type T @key(fields: \"id\") { id: ID! }"),
        ("b", "type Query { t: T } type T @key(fields: \"id\") { id: ID! price: Int }"),
    ]);
    assert_eq!(legal, []);
}

#[test]
fn what_is_provided_on_one_way_only_is_refused_on_the_other() {
    all_refused(
        &[
            (
                "a",
                "type Query { with: T @provides(fields: \"price\") without: Box } type Box { t: T } \
                 type T @key(fields: \"id\") { id: ID! price: Int @external }",
            ),
            (
                "b",
                "type T @key(fields: \"id\", resolvable: false) { id: ID! price: Int @shareable } type Query { other: T }",
            ),
        ],
        &[("T.price", "query { without { t { price } } }")],
    );
}

#[test]
fn each_object_behind_an_interface_counts_where_it_can_come() {
    // b returns no V, so that V.n is out of reach from there does not matter.
    let legal = errors(&[
        (
            "a",
            "type Query { i: I } interface I { id: ID! } type V implements I { id: ID! n: Int } type T implements I @key(fields: \"id\") { id: ID! }",
        ),
        ("b", "type Query { j: I } interface I { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }"),
    ]);
    assert_eq!(legal, []);
}

#[test]
fn both_sides_of_a_label_must_be_reached() {
    refused(
        &[
            ("a", "type Query { t: T } type T @key(fields: \"id\") { id: ID! n: Int }"),
            (
                "b",
                "type Query { u: Int } type T @key(fields: \"id\", resolvable: false) { id: ID! \
                 n: Int @federation__override(from: \"a\", label: \"percent(5)\") }",
            ),
        ],
        "T.n",
        &["query { t { n } }"],
    );
}

#[test]
fn a_way_past_an_object_does_not_excuse_the_ways_to_it() {
    // Of `both` a plan may ask `b`, where no `One` ever stands.
    let sdls = [
        (
            "a",
            "type Query { both: Any @shareable only: Any } union Any = One | Two
            type One @key(fields: \"id\") { id: ID! } type Two { x: Int @shareable }",
        ),
        ("b", "type Query { both: Any @shareable } union Any = Two type Two { x: Int @shareable }"),
        ("c", "type One @key(fields: \"id\", resolvable: false) { id: ID! c: Int }"),
    ];
    refused(&sdls, "One.c", &["query { only { ... on One { c } } }", "\"c\" has no resolvable @key"]);
}

#[test]
fn a_root_is_told_nothing_that_its_fields_require() {
    let sdls = [
        ("a", "type Query { now: Int }"),
        ("b", "type Query { now: Int @external later: Int @requires(fields: \"now\") }"),
    ];
    refused(&sdls, "Query.later", &["query { later }", "\"b\" requires something, of which no root can be told"]);
}

#[test]
fn a_root_that_stands_behind_an_abstract_type_can_be_had_from_everybody() {
    let both = "union Any = Query | Two type Two { x: Int }";
    for (a, b) in [
        (format!("type Query {{ any: Any all: [Any] a: Int }} {both}"), "type Query { b: Int }"),
        (
            "interface I { id: Int } type Query implements I { any: I id: Int @shareable } type Two implements I { id: Int }"
                .to_owned(),
            "type Query { b: Int id: Int @shareable }",
        ),
    ] {
        assert!(errors(&[("a", &a), ("b", b)]).is_empty(), "{a}");
    }
    let sdls =
        [("a", &*format!("type Query {{ any: Any }} {both}")), ("b", "type Query { b: Int } type Two { y: Int }")];
    refused(&sdls, "Two.y", &["query { any { ... on Two { y } } }"]);
}

#[test]
fn an_interface_that_no_object_implements_resolves_nothing() {
    let sdls = [
        (
            "a",
            "type Query { a: Int } interface Node @key(fields: \"id\") { id: ID! name: String }
            type User @key(fields: \"id\") { id: ID! name: String }",
        ),
        ("b", "type Query { nodes: [Node] } type Node @key(fields: \"id\") @interfaceObject { id: ID! }"),
    ];
    all_refused(
        &sdls,
        // Nobody knows what the nodes are, which is null with an error for those who ask, and a hint here.
        &[("Node.name", "`query { nodes { name } }`: \"a\" has no resolvable @key")],
    );
}
