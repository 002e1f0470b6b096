//! Estimates and actual costs over one graph that uses everything the directives can say.

use serde_json::{Value as Json, json};

use crate::{
    compose::{Subgraph, compose},
    graph::Supergraph,
    operation::{Document, Limits, Runnable, Variables},
};

const SDL: &str = r#"
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])

type Query {
  n: Int
  dear: Int @cost(weight: 5)
  scalar: Dear
  color: Color
  book: Book
  books(first: Int, last: Int): [Book] @listSize(assumedSize: 7, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
  strict(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
  defaulted(first: Int = 4): [Book] @listSize(slicingArguments: ["first"])
  nested(input: Page): [Book] @listSize(assumedSize: 6, slicingArguments: ["input.first", "input.inner.first"], requireOneSlicingArgument: false)
  page(first: Int): BookPage @listSize(assumedSize: 10, slicingArguments: ["first"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)
  plain: [Book]
  matrix: [[Book!]!]
  heavy: [Heavy] @listSize(assumedSize: 3)
  search(text: String @cost(weight: 2), filter: Filter, colors: [Color!], filters: [Filter!]): Book
  node: Node
  nodes: [Node] @listSize(assumedSize: 2)
  cheap(discount: Int @cost(weight: -50)): Book
  any: Any
}
type Mutation { write: Book }
type Book implements Node { id: ID! next: Node title: String author: Author tags: [String] related: [Book] }
type Heavy implements Node @cost(weight: 30) { id: ID! next: Node title: String }
type Author { name: String books: [Book] dear: Int @cost(weight: 4) }
type BookPage { nodes: [Book] edges: [BookEdge] total: Int others: [Book] }
type BookEdge { node: Book }
interface Node { id: ID! next: Node }
union Any = Book | Heavy
scalar Dear @cost(weight: 8)
enum Color @cost(weight: 3) { RED }
input Page { first: Int inner: Page = {first: 9} }
input Filter { text: String @cost(weight: 6) color: Color and: [Filter!] n: Int }
"#;

struct Asked {
    graph: Supergraph,
    document: Document,
    operation: std::sync::Arc<Runnable>,
    variables: Variables,
}

fn ask(query: &str, variables: &Json) -> Asked {
    let subgraph = Subgraph { name: "a".into(), url: String::new(), sdl: SDL.into() };
    let composed = compose(&[subgraph]).unwrap_or_else(|errors| panic!("{errors:?}"));
    let graph = Supergraph::parse(&composed.supergraph_sdl).unwrap();
    let document = Document::read(&graph, query, &Limits::default()).unwrap_or_else(|errors| panic!("{errors:?}"));
    let operation = document.operation(None).unwrap();
    let given = variables.as_object().cloned().unwrap_or_default();
    let variables = document.coerce(&graph, &operation, given, false).unwrap_or_else(|error| panic!("{error:?}"));
    Asked { graph, document, operation, variables }
}

fn estimate_with(query: &str, variables: &Json) -> u64 {
    let Asked { graph, document, operation, variables } = ask(query, variables);
    let estimate = || document.estimate_cost(&graph, &operation, &variables).unwrap();
    let first = estimate();
    assert_eq!(first, estimate(), "what is remembered is what was estimated: {query}");
    first
}

fn estimate(query: &str) -> u64 {
    estimate_with(query, &Json::Null)
}

fn actual(query: &str, data: &Json) -> u64 {
    let Asked { graph, document, operation, variables } = ask(query, &Json::Null);
    document.actual_cost(&graph, &operation, &variables, data).unwrap()
}

#[test]
fn objects_cost_one_leaves_nothing_and_weights_replace_both() {
    for (query, cost) in [
        ("{ n }", 0),
        ("{ __typename n }", 0),
        ("{ dear }", 5),
        ("{ scalar }", 8),
        ("{ color }", 3),
        ("{ book { title } }", 1),
        ("{ book { title author { name } } }", 2),
        ("{ book { author { dear } } }", 6),
        ("mutation { write { title } }", 11),
        ("mutation { a: write { title } b: write { author { name } } }", 13),
        ("{ cheap { id } }", 1),
        ("{ cheap(discount: 1) { id } n dear }", 5),
    ] {
        assert_eq!(estimate(query), cost, "{query}");
    }
}

#[test]
fn lists_cost_their_size_times_their_item() {
    for (query, cost) in [
        ("{ plain { id } }", 10),
        ("{ plain { author { name } } }", 20),
        ("{ plain { tags } }", 10),
        ("{ matrix { id } }", 100),
        ("{ heavy { id } }", 90),
        ("{ books { id } }", 7),
        ("{ books(first: 3) { id } }", 3),
        ("{ books(first: 3, last: 5) { id } }", 5),
        ("{ books(first: null) { id } }", 7),
        ("{ books(first: 0) { id author { name } } }", 0),
        ("{ books(first: -1) { id } }", 7),
        ("{ books(first: -1, last: 9) { id } }", 9),
        ("{ strict(last: 2) { author { name } } }", 4),
        ("{ defaulted { id } }", 4),
        ("{ defaulted(first: 2) { id } }", 2),
        ("{ page(first: 3) { nodes { id } edges { node { id } } total } }", 1 + 3 + 6),
        ("{ page { nodes { id } others { id } } }", 1 + 10 + 10),
        ("{ page(first: 50) { nodes { related { id } } } }", 1 + 50 * 11),
        ("{ nested(input: {first: 2}) { id } }", 9 + 1),
        ("{ nested(input: {first: 2, inner: {first: 20}}) { id } }", 20 + 2),
        ("{ nested(input: {inner: {inner: null}}) { id } }", 6 + 2),
        ("{ nested { id } }", 6),
    ] {
        assert_eq!(estimate(query), cost, "{query}");
    }
}

#[test]
fn variables_size_lists_like_literals() {
    let query = "query ($n: Int, $page: Page) { books(first: $n) { id } nested(input: $page) { id } }";
    for (variables, cost) in [
        (json!({}), 7 + 6),
        (json!({"n": null}), 7 + 6),
        (json!({"n": 3}), 3 + 6),
        (json!({"n": -3}), 7 + 6),
        (json!({"n": 2_147_483_647}), 2_147_483_647 + 6),
        // In variables, input objects that are default values count too: the innermost is one.
        (json!({"n": 1, "page": {"first": 2, "inner": {"first": 30}}}), 1 + 30 + 3),
        (json!({"n": 1, "page": null}), 1 + 6),
    ] {
        assert_eq!(estimate_with(query, &variables), cost, "{variables}");
    }
    let defaulted = "query ($n: Int = 12) { books(first: $n) { id } }";
    assert_eq!(estimate_with(defaulted, &json!({})), 12);
    assert_eq!(estimate_with("query ($n: Int) { defaulted(first: $n) { id } }", &json!({})), 4);
    let inside = "query ($n: Int) { nested(input: {first: $n, inner: null}) { id } }";
    assert_eq!(estimate_with(inside, &json!({"n": 11})), 11 + 1);
}

#[test]
fn one_operation_costs_by_the_variables_of_each_request() {
    let Asked { graph, document, operation, .. } = ask("query ($n: Int) { books(first: $n) { id } }", &Json::Null);
    for n in [1, 100, 5] {
        let given = json!({ "n": n }).as_object().cloned().unwrap();
        let variables = document.coerce(&graph, &operation, given, false).unwrap();
        assert_eq!(document.estimate_cost(&graph, &operation, &variables).unwrap(), n);
    }
}

#[test]
fn exactly_one_slicing_argument_is_given_where_that_is_required() {
    for (query, variables) in [
        ("{ strict { id } }", json!({})),
        ("{ strict(first: null) { id } }", json!({})),
        ("{ strict(first: 1, last: 1) { id } }", json!({})),
        ("query ($n: Int) { strict(first: $n) { id } }", json!({})),
        ("query ($n: Int) { book { author { books { id } } } strict(first: 1, last: $n) { id } }", json!({"n": 3})),
    ] {
        let Asked { graph, document, operation, variables } = ask(query, &variables);
        let error = document.estimate_cost(&graph, &operation, &variables).unwrap_err();
        assert_eq!((error.extensions["code"].as_str(), error.locations.len()), (Some("COST_EXCEEDED"), 1), "{query}");
        assert!(error.message.contains("first, last"), "{}", error.message);
    }
}

#[test]
fn arguments_cost_their_weights_and_input_objects_one() {
    for (query, cost) in [
        ("{ search { id } }", 1),
        ("{ search(text: \"x\") { id } }", 1 + 2),
        ("{ search(text: null) { id } }", 1),
        ("{ search(filter: {n: 1}) { id } }", 1 + 1),
        ("{ search(filter: {text: \"x\", color: RED}) { id } }", 1 + 1 + 6 + 3),
        ("{ search(colors: [RED, RED]) { id } }", 1 + 6),
        ("{ search(filters: [{n: 1}, {and: [{n: 2}]}]) { id } }", 1 + 3),
    ] {
        assert_eq!(estimate(query), cost, "{query}");
    }
    let query =
        "query ($t: String, $f: Filter, $n: Int) { search(text: $t, filter: $f) { id } }".replace(", $n: Int", "");
    assert_eq!(estimate_with(&query, &json!({"t": "x", "f": {"text": "y", "and": {"n": 1}}})), 1 + 2 + 1 + 6 + 1);
    assert_eq!(estimate_with(&query, &json!({})), 1);
}

#[test]
fn of_several_possible_types_the_most_expensive_counts() {
    for (query, cost) in [
        ("{ node { id } }", 30),
        ("{ nodes { id } }", 60),
        ("{ any { __typename } }", 30),
        ("{ node { ... on Book { author { name } } } }", 30),
        ("{ node { ... on Book { related { related { id } } } ... on Heavy { title } } }", 1 + 10 + 100),
        (
            "{ node { ...B } } fragment B on Book { related { id ...C } } fragment C on Node { ... on Book { related { id } } }",
            1 + 110,
        ),
    ] {
        assert_eq!(estimate(query), cost, "{query}");
    }
}

#[test]
fn fields_that_are_merged_count_once_and_left_out_ones_never() {
    for (query, variables, cost) in [
        ("{ book { id } book { author { name } } }", json!({}), 2),
        ("{ book { id } ...Q } fragment Q on Query { book { author { name } author { dear } } }", json!({}), 6),
        ("{ a: book { id } b: book { id } }", json!({}), 2),
        ("{ book @skip(if: true) { id } n }", json!({}), 0),
        ("query ($yes: Boolean!) { book @include(if: $yes) { id } }", json!({"yes": true}), 1),
        ("query ($yes: Boolean!) { book @include(if: $yes) { id } }", json!({"yes": false}), 0),
        ("query ($yes: Boolean!) { ... @skip(if: $yes) { plain { id } } }", json!({"yes": false}), 10),
    ] {
        assert_eq!(estimate_with(query, &variables), cost, "{query}");
    }
}

#[test]
fn introspection_counts_its_objects_once() {
    assert_eq!(estimate("{ __schema { types { fields { name } } queryType { name } } }"), 4);
    assert_eq!(estimate("{ __type(name: \"Book\") { ...T } } fragment T on __Type { fields { type { name } } }"), 3);
}

#[test]
fn sums_saturate() {
    let deep = (0..12).fold("id".to_owned(), |inner, _| format!("related {{ {inner} }}"));
    let query = format!("{{ books(first: 2147483647) {{ {deep} }} }}");
    assert_eq!(estimate(&query), (1 << 53) - 1);
}

/// At each level one of two types has a selection that goes on to the end, so that every path of types is another
/// selection.
#[test]
fn what_would_take_too_long_to_count_is_refused() {
    const LEVELS: usize = 18;
    let chain = |length: usize| (0..length).fold("id".to_owned(), |inner, _| format!("next {{ {inner} }}"));
    let level = |n: usize| {
        let (next, chain) = (n + 1, chain(LEVELS + 1 - n));
        format!("fragment L{n} on Node {{ next {{ ...L{next} }} ... on Book {{ {chain} }} }} ")
    };
    let levels: String = (0..LEVELS).map(level).collect();
    let query = format!("{{ node {{ ...L0 }} }} {levels} fragment L{LEVELS} on Node {{ id }}");
    let Asked { graph, document, operation, variables } = ask(&query, &Json::Null);
    let error = document.estimate_cost(&graph, &operation, &variables).unwrap_err();
    assert_eq!(error.extensions["code"].as_str(), Some("COST_EXCEEDED"));
}

#[test]
fn actual_costs_go_by_what_came() {
    for (query, data, cost) in [
        ("{ plain { id } }", json!({"plain": [{"id": 1}, null, {"id": 2}]}), 2),
        ("{ plain { id } }", json!({"plain": null}), 0),
        ("{ plain { id } }", Json::Null, 0),
        ("mutation { write { id } }", json!({"write": {"id": 1}}), 11),
        ("{ heavy { id } dear }", json!({"heavy": [{"id": 1}], "dear": 1}), 35),
        ("{ dear scalar }", json!({"dear": null, "scalar": "x"}), 8),
        ("{ matrix { author { name } } }", json!({"matrix": [[{"author": {"name": "x"}}], [{"author": null}]]}), 3),
        ("{ search(text: \"x\", filter: {n: 1}) { id } }", json!({"search": null}), 3),
        ("{ nodes { id t: __typename } }", json!({"nodes": [{"id": 1, "t": "Book"}, {"id": 2, "t": "Heavy"}]}), 31),
        ("{ nodes { id ... on Book { title } } }", json!({"nodes": [{"id": 1, "title": "x"}, {"id": 2}]}), 1 + 30),
        ("{ nodes { id } }", json!({"nodes": [{"id": 1}]}), 30),
    ] {
        assert_eq!(actual(query, &data), cost, "{query} {data}");
    }
}
