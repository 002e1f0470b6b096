//! Plans over the federation cases in `tests/federation`: every listed operation gets a plan whose documents are valid
//! in the subgraphs that they are sent to, from the given supergraph and from our own composition alike. The plans'
//! text is kept in `snapshots`: a change of the planner shows there (`INSTA_UPDATE=always` writes it anew).

#[path = "support/federation.rs"]
mod federation;
#[path = "support/served.rs"]
mod served;

use std::{collections::BTreeMap, fmt::Write as _};

use apollo_compiler::{ExecutableDocument, Schema, collections::HashSet, validation::Valid};
use federation::{Case, cases};
use rialto::{
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Surroundings},
};
use served::served;

struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

fn plan_all(case: &Case, supergraph: &str) -> String {
    let graph = Supergraph::parse(supergraph).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let schemas: BTreeMap<&str, Valid<Schema>> =
        case.subgraphs.iter().map(|(name, sdl)| (name.as_str(), served(sdl))).collect();
    let mut text = String::new();
    for listed in &case.queries {
        let query = listed["query"].as_str().unwrap();
        let document = match Document::read(&graph, query, &Limits::default()) {
            Ok(document) => document,
            Err(_) if listed["expected"]["errors"] == true => continue,
            Err(errors) => panic!("{}: {errors:?}\n{query}", case.name),
        };
        let operation = document.operation(None).unwrap();
        let variants = if operation.conditions.is_empty() { 1 } else { 2 };
        for variant in 0..variants {
            let truths: HashSet<_> = operation.conditions.iter().filter(|_| variant == 1).cloned().collect();
            let surroundings = Surroundings { fragments: &document.fragments, truths: &truths };
            let plan = plan::plan(&graph, &operation.written, surroundings, &Everything)
                .unwrap_or_else(|error| panic!("{}: {error}\n{query}", case.name));
            let _ = writeln!(text, "# {}\n{plan}", query.split_whitespace().collect::<Vec<_>>().join(" "));
            for fetch in &plan.fetches {
                let subgraph = &*graph.subgraph(fetch.subgraph).name;
                let schema = &schemas[subgraph];
                if let Err(error) = ExecutableDocument::parse_and_validate(schema, &fetch.operation, "fetch.graphql") {
                    panic!("{} → {subgraph}:\n{query}\n{}\n{}", case.name, fetch.operation, error.errors);
                }
            }
        }
    }
    text
}

#[test]
fn every_operation_has_valid_fetches() {
    for case in cases() {
        insta::assert_snapshot!(case.name.as_str(), plan_all(&case, &case.supergraph));
    }
}

#[test]
fn our_own_composition_plans_the_same() {
    for case in cases() {
        assert_eq!(plan_all(&case, &case.composed()), plan_all(&case, &case.supergraph), "{}", case.name);
    }
}

fn graph(sdls: &[(&str, &str)]) -> Supergraph {
    const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", \
        import: [\"@key\", \"@shareable\", \"@provides\", \"@external\"])\n";
    let sdls = sdls.iter().map(|(name, sdl)| ((*name).to_owned(), format!("{LINK}{sdl}"))).collect();
    Supergraph::parse(&federation::try_compose(&sdls).unwrap()).unwrap()
}

fn plan_of(graph: &Supergraph, query: &str) -> plan::Plan {
    let document = Document::read(graph, query, &Limits::default()).unwrap();
    let operation = document.operation(None).unwrap();
    let surroundings = Surroundings { fragments: &document.fragments, truths: &HashSet::default() };
    plan::plan(graph, &operation.written, surroundings, &Everything).unwrap()
}

#[test]
fn the_subgraph_that_provides_more_is_asked_for_what_several_have() {
    let case = cases().into_iter().find(|case| case.name == "provides-on-interface").unwrap();
    let graph = Supergraph::parse(&case.supergraph).unwrap();
    for listed in &case.queries {
        let plan = plan_of(&graph, listed["query"].as_str().unwrap());
        assert!(plan.fetches.iter().all(|fetch| &*fetch.name != "a"), "{plan}");
    }
}

#[test]
fn of_equally_long_plans_the_one_that_asks_for_less_by_key_is_taken() {
    const ZOO: &str = "interface Animal { id: ID! }
        type Cat implements Animal @key(fields: \"id\") { id: ID! name: String @shareable size: Int @shareable age: Int }
        type Dog implements Animal @key(fields: \"id\") { id: ID! name: String @shareable size: Int @shareable age: Int }";
    let known = |cat: &str, dog: &str| {
        format!(
            "type Query {{ animals: [Animal] @shareable }} interface Animal {{ id: ID! }}
            type Cat implements Animal @key(fields: \"id\") {{ id: ID! {cat} }}
            type Dog implements Animal @key(fields: \"id\") {{ id: ID! {dog} }}"
        )
    };
    let name = "name: String @shareable";
    let size = "size: Int @shareable";
    for (first, second, query) in [
        // Fewer kinds of representations: nobody is to be asked about cats. Whichever stands first.
        (known("", ""), known(name, name), "{ animals { ... on Cat { name } ... on Dog { name age } } }"),
        (known("", name), known(name, name), "{ animals { ... on Cat { name } ... on Dog { name age } } }"),
        // Fewer fields of the same kind.
        (known("", ""), known(name, ""), "{ animals { ... on Cat { name age } } }"),
        (known(name, ""), known(&format!("{name} {size}"), ""), "{ animals { ... on Cat { name size age } } }"),
    ] {
        for (one, other) in [("a", "b"), ("b", "a")] {
            let graph = graph(&[(one, &first), (other, &second), ("zoo", ZOO)]);
            let plan = plan_of(&graph, query);
            assert_eq!((plan.hops(), plan.fetches.len(), &*plan.fetches[0].name), (2, 2, other), "{query}\n{plan}");
            assert_eq!(plan.fetches[1].entities[0].representations.len(), 1, "{plan}");
        }
    }
}

#[test]
fn logs_show_plans_without_literals() {
    let graph = graph(&[
        (
            "a",
            "type Query { login(name: String, pin: Int, more: More, tags: [String!], any: Any): User }
            input More { secret: String } scalar Any type User @key(fields: \"id\") { id: ID! }",
        ),
        ("b", "type User @key(fields: \"id\") { id: ID! greeting(text: String = \"hello\", loud: Boolean): String }"),
    ]);
    let query = "query ($n: String = \"hunter1\", $t: String = \"hunter2\") {
        login(name: $n, pin: 7421, more: {secret: \"hunter3\"}, tags: [\"hunter4\"], any: {hunter5: HUNTER6, x: 1.5e7}) {
            id greeting(text: $t, loud: true) other: greeting(text: \"\"\"hunter7\"\"\") } }";
    let plan = plan_of(&graph, query);
    assert!(plan.to_string().contains("hunter4"), "whoever asks for the plan of their own document sees it");
    let logged = plan.without_literals().to_string();
    for secret in ["unter", "UNTER", "7421", "1.5e7", "true"] {
        assert!(!logged.contains(secret), "{secret}: {logged}");
    }
    for shown in ["0: a\n", "1: b, after 0\n", "login(name: $n, pin: _", "$t: String = _", "...on User"] {
        assert!(logged.replace("... on", "...on").contains(shown), "{shown}: {logged}");
    }
}
