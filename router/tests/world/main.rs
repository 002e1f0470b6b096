//! The world: data that everybody's right answer follows from, subgraphs that answer from it only what they own, and
//! random operations whose answers the router must get right, data exactly and errors by path.
//!
//! Everything follows from seeds, which are printed. `WORLD_OPERATIONS` says how many operations each graph is asked
//! (the default is for every day), `WORLD_SEED` with which seed to begin, `WORLD_CASE` which cases alone to
//! try (with commas), `WORLD_GRAPHS` how many random graphs, `WORLD_PRINT` that these are printed, `WORLD_ALTERATIONS`
//! how often each case is altered.

#[path = "../support/federation.rs"]
mod federation;
#[path = "../support/naive/mod.rs"]
mod naive;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/served.rs"]
mod served;
#[path = "../support/value.rs"]
mod value;

mod access;
mod altered;
mod ast;
mod audience;
mod bench;
mod compare;
mod engines;
mod graphs;
mod inputs;
mod labels;
mod listed;
mod model;
mod operations;
mod oracle;
mod read;
mod reference;
mod representation;
mod shrink;
mod store;
mod subgraph;
mod switches;
mod traps;
mod viewers;

use std::{collections::BTreeMap, ops::Range};

use apollo_compiler::{Schema, schema::ExtendedType, validation::Valid};
use ast::Operation;
use bench::Bench;
use federation::{Case, cases, try_compose};
use graphs::Graph;
use model::Model;
use reference::Score;
use rialto::graph::Supergraph;
use store::{Store, Trouble};
use switches::Switches;
use value::Value;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

fn chosen() -> Vec<Case> {
    let wanted = std::env::var("WORLD_CASE").ok();
    cases()
        .into_iter()
        .chain(traps::all())
        .filter(|case| wanted.as_ref().is_none_or(|wanted| wanted.split(',').any(|name| name == case.name)))
        .collect()
}

/// A case from the given supergraph and from our own composition.
fn benches(case: &Case, seed: u64, trouble: Trouble) -> Vec<Bench> {
    let bench = |kind: &str, supergraph: &str| {
        let api = Supergraph::parse(&case.supergraph).expect("the given supergraph").api;
        Bench::new(format!("{} ({kind})", case.name), supergraph, &case.subgraphs, (api, seed, trouble))
    };
    let composed = case.composed();
    let given = (composed != case.supergraph).then(|| bench("given", &case.supergraph));
    given.into_iter().chain([bench("composed", &composed)]).collect()
}

fn conclude(failures: &[String], ran: u64) {
    println!("{ran} operations, {} failures", failures.len());
    assert!(failures.is_empty(), "{} of {ran} operations failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// As many seeds of operations as wished for, or as are tried every day.
fn seeds(every_day: u64) -> Range<u64> {
    let first = setting("WORLD_SEED", 1);
    first..first + setting("WORLD_OPERATIONS", every_day)
}

/// Asks a graph random operations. What failed, if anything did.
async fn ask(bench: Bench, seeds: Range<u64>, ran: &mut u64) -> Option<String> {
    let mut found = Vec::new();
    for seed in seeds {
        *ran += 1;
        // One is shrunk to see what is wrong; the number says how wrong.
        if let Err(failure) = bench.try_seed(seed, found.is_empty()).await {
            found.push(failure);
        }
    }
    found.first().map(|failure| format!("{} failed, the first:\n{failure}", found.len()))
}

/// Asks every case random operations.
async fn ask_cases(trouble: Trouble) {
    let first = setting("WORLD_SEED", 1);
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen() {
        for bench in benches(&case, first, trouble) {
            failures.extend(ask(bench, seeds(8), &mut ran).await);
        }
    }
    conclude(&failures, ran);
}

#[tokio::test]
async fn random_operations_are_answered_as_the_data_says() {
    ask_cases(Trouble::default()).await;
}

#[tokio::test]
async fn what_fails_nulls_only_what_it_owed() {
    ask_cases(Trouble { failing: 8, lost: 30 }).await;
}

/// The types that a schema defines itself.
fn own_types(schema: &Schema) -> BTreeMap<&str, &ExtendedType> {
    let own = schema.types.iter().filter(|(_, ty)| !ty.is_built_in());
    own.map(|(name, ty)| (name.as_str(), ty)).collect()
}

/// A random graph's name, what it is composed to, and the clients' schema, which is as it was meant to be.
fn composed(name: &str, graph: &Graph) -> Result<(String, String, Valid<Schema>), String> {
    if std::env::var("WORLD_PRINT").is_ok() {
        println!("{}", graph.text());
    }
    let composed =
        try_compose(&graph.subgraphs).map_err(|errors| format!("=== {name} cannot be composed\n{errors}"))?;
    let api = Schema::parse_and_validate(&graph.api, "api.graphql").expect("a valid graph");
    let seen = Supergraph::parse(&composed).expect("a supergraph").api;
    assert!(own_types(&seen) == own_types(&api), "{name} was to be\n{api}\n but is\n{seen}\n{}", graph.text());
    Ok((name.to_owned(), composed, api))
}

/// Asks random graphs, composed here, random operations.
async fn ask_random_graphs(trouble: Trouble, make: fn(u64) -> Graph, graphs: u64) {
    let (graphs, first) = (setting("WORLD_GRAPHS", graphs), setting("WORLD_SEED", 1));
    let (mut failures, mut ran) = (Vec::new(), 0);
    for seed in first..first + graphs {
        let graph = make(seed);
        let failure = match composed(&format!("graph {seed}"), &graph) {
            Ok((name, composed, api)) => {
                ask(Bench::new(name, &composed, &graph.subgraphs, (api, seed, trouble)), seeds(8), &mut ran).await
            }
            Err(errors) => Some(errors),
        };
        failures.extend(failure.map(|failure| format!("{failure}\n{}", graph.text())));
    }
    conclude(&failures, ran);
}

#[tokio::test]
async fn what_fails_in_random_graphs_nulls_only_what_it_owed() {
    ask_random_graphs(Trouble { failing: 8, lost: 30 }, graphs::graph, 30).await;
}

#[tokio::test]
async fn random_graphs_are_answered_as_the_data_says() {
    ask_random_graphs(Trouble::default(), graphs::graph, 30).await;
}

#[tokio::test]
async fn objects_that_promise_more_than_their_interface_keep_it() {
    ask_random_graphs(Trouble::default(), graphs::varied, 6).await;
}

/// Asks the altered graphs of all cases random operations.
#[tokio::test]
async fn altered_graphs_are_answered_as_their_data_say() {
    let (mut failures, mut ran) = (Vec::new(), 0);
    for (case, seed) in altered::cases(&chosen(), setting("WORLD_SEED", 1), setting("WORLD_ALTERATIONS", 2)) {
        let texts: Vec<String> = case.subgraphs.iter().map(|(name, sdl)| format!("### {name}\n{sdl}\n")).collect();
        let api = Supergraph::parse(&case.supergraph).expect("a supergraph").api;
        let bench = Bench::new(case.name, &case.supergraph, &case.subgraphs, (api, seed, Trouble::default()));
        let failure = ask(bench, seeds(8), &mut ran).await;
        failures.extend(failure.map(|failure| format!("{failure}\n{}", texts.concat())));
    }
    conclude(&failures, ran);
}

/// A listed operation.
fn operation(listed: &serde_json::Value) -> Operation {
    read::document(listed["query"].as_str().expect("a query"), &Value::Object(Vec::new())).expect("a document")
}

/// The listed operations of a case that are valid.
fn listed(case: &Case) -> Vec<Operation> {
    case.queries.iter().filter(|listed| listed["expected"]["errors"] != true).map(operation).collect()
}

#[tokio::test]
async fn the_listed_operations_have_the_listed_results() {
    let (mut failures, mut ran) = (Vec::new(), 0);
    let data = |listed: &serde_json::Value| {
        Value::parse(listed["expected"]["data"].to_string().as_bytes()).expect("plain JSON")
    };
    for case in chosen().into_iter().filter(|case| case.queries.iter().any(|listed| listed["expected"].is_object())) {
        let told = case.queries.iter().filter(|listed| listed["expected"]["errors"] != true);
        let told: Vec<(Operation, Value)> = told.map(|listed| (operation(listed), data(listed))).collect();
        let api = Supergraph::parse(&case.supergraph).expect("the given supergraph").api;
        for supergraph in [&case.supergraph, &case.composed()] {
            let mut store = Store::new(Model::new(&case.subgraphs, api.clone()), 1, Trouble::default());
            listed::teach(&mut store, &case.name, &told);
            let bench = Bench::of(case.name.clone(), supergraph, store, 1);
            for listed in &case.queries {
                ran += 1;
                let errors = listed["expected"]["errors"].as_bool();
                let judged = bench.judge_listed(&operation(listed), data(listed), errors).await;
                failures.extend(judged.err().map(|why| format!("=== {}\n{}\n{why}", case.name, listed["query"])));
            }
        }
    }
    conclude(&failures, ran);
}

/// Where those who share a field of a union know other members of it, theirs asks only for what all of them know; ours
/// asks for what comes.
const SHARERS_DIFFER: [&str; 2] = ["union-members-differ", "union-lists-overlap"];

#[test]
fn plans_are_no_worse_than_those_of_the_reference() {
    let (graphs, first) = (setting("WORLD_GRAPHS", 30), setting("WORLD_SEED", 1));
    let mut score = Score::default();
    let mut compare = |name: &str, supergraph: &str, sdls: &BTreeMap<String, String>, api: &Valid<Schema>| {
        let bench = |seed| Bench::new(String::new(), supergraph, sdls, (api.clone(), seed, Trouble::default()));
        score.compare(name, supergraph, &(first..first + 8).map(bench).collect::<Vec<_>>(), first);
    };
    let cases: Vec<Case> = chosen().into_iter().filter(|case| !SHARERS_DIFFER.contains(&&*case.name)).collect();
    for case in &cases {
        let api = Supergraph::parse(&case.supergraph).expect("the given supergraph").api;
        compare(&case.name, &case.supergraph, &case.subgraphs, &api);
    }
    for (case, _) in altered::cases(&cases, first, setting("WORLD_ALTERATIONS", 0)) {
        let api = Supergraph::parse(&case.supergraph).expect("a supergraph").api;
        compare(&case.name, &case.supergraph, &case.subgraphs, &api);
    }
    for seed in first..first + graphs {
        let graph = graphs::graph(seed);
        let Ok(composed) = try_compose(&graph.subgraphs) else { continue };
        let api = Schema::parse_and_validate(&graph.api, "api.graphql").expect("a valid graph");
        compare(&format!("graph {seed}"), &composed, &graph.subgraphs, &api);
    }
    let Score { better, equal, none, worse } = score;
    println!("{better} better, {equal} equal, {} worse, {none} without a right plan of theirs", worse.len());
    assert!(worse.is_empty(), "{}", worse.join("\n\n"));
}

#[tokio::test]
async fn the_listed_operations_are_answered_as_the_data_says() {
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen() {
        for bench in benches(&case, 1, Trouble::default()) {
            for operation in listed(&case) {
                ran += 1;
                let judged = bench.judge(&operation, Switches::default()).await;
                failures.extend(judged.err().map(|why| format!("=== {}\n{operation}\n{why}", bench.name)));
            }
        }
    }
    conclude(&failures, ran);
}

#[tokio::test]
async fn answers_are_the_same_under_all_switches() {
    let (mut failures, mut ran) = (Vec::new(), 0);
    let (first, some) = (setting("WORLD_SEED", 1), setting("WORLD_OPERATIONS", 8) / 16);
    for case in chosen() {
        let bench = benches(&case, first, Trouble { failing: 3, lost: 10 }).pop().expect("a composition");
        let random = (first..first + some).filter_map(|seed| bench.operation(seed));
        for operation in listed(&case).into_iter().take(1).chain(random) {
            ran += 1;
            let judged = Box::pin(bench.judge_switches(&operation)).await;
            failures.extend(judged.err().map(|why| format!("=== {}\n{operation}\n{why}", bench.name)));
        }
    }
    conclude(&failures, ran);
}
