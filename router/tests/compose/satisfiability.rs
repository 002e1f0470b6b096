//! Fields that no path reaches are refused, with an operation that shows it; what a planner reaches is not.

use rialto::compose::{CompositionError, Subgraph, compose};

const V2: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", import: [\"@key\", \"@shareable\", \"@external\", \"@requires\", \"@provides\"])\n";

fn errors(sdls: &[(&str, &str)]) -> Vec<CompositionError> {
    let subgraph = |(name, sdl): &(&str, &str)| Subgraph {
        name: (*name).to_owned(),
        url: String::new(),
        sdl: format!("{V2}{sdl}"),
    };
    compose(&sdls.iter().map(subgraph).collect::<Vec<_>>()).err().unwrap_or_default()
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
