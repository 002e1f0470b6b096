//! The world: data that everybody's right answer follows from, subgraphs that answer from it only what they own, and
//! random operations whose answers the router must get right, data exactly and errors by path.
//!
//! Everything follows from seeds, which are printed. `WORLD_OPERATIONS` says how many operations each graph is asked
//! (the default is for every day), `WORLD_SEED` with which seed to begin, `WORLD_CASE` which case alone to try.

#[path = "../support/federation.rs"]
mod federation;

mod ast;
mod bench;
mod compare;
mod inputs;
mod model;
mod operations;
mod oracle;
mod random;
mod read;
mod representation;
mod shrink;
mod store;
mod subgraph;
mod value;

use bench::Bench;
use federation::{Case, cases};
use rialto::graph::Supergraph;
use store::Trouble;
use value::Value;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

fn chosen() -> Vec<Case> {
    let wanted = std::env::var("WORLD_CASE").ok();
    cases().into_iter().filter(|case| wanted.as_ref().is_none_or(|wanted| *wanted == case.name)).collect()
}

/// A case from the given supergraph and from our own composition.
fn benches(case: &Case, seed: u64, trouble: Trouble) -> [Bench; 2] {
    let bench = |kind: &str, supergraph: &str| {
        let api = Supergraph::parse(&case.supergraph).expect("the given supergraph").api;
        Bench::new(format!("{} ({kind})", case.name), supergraph, &case.subgraphs, (api, seed, trouble))
    };
    [bench("given", &case.supergraph), bench("composed", &case.composed())]
}

fn conclude(failures: &[String], ran: u64) {
    println!("{ran} operations, {} failures", failures.len());
    assert!(failures.is_empty(), "{} of {ran} operations failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// Asks every case random operations.
async fn ask(trouble: Trouble) {
    let (operations, first) = (setting("WORLD_OPERATIONS", 40), setting("WORLD_SEED", 1));
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen() {
        for bench in benches(&case, first, trouble) {
            let mut found = Vec::new();
            for seed in first..first + operations {
                ran += 1;
                found.extend(bench.try_seed(seed).await.err());
            }
            let missing = bench.missing.into_inner();
            if missing > 0 {
                println!("{}: {missing} values were missing because of a neighbour's error", bench.name);
            }
            // One is enough to see what is wrong; the number says how wrong.
            failures.extend(found.first().map(|failure| format!("{} failed, the first:\n{failure}", found.len())));
        }
    }
    conclude(&failures, ran);
}

#[tokio::test]
async fn random_operations_are_answered_as_the_data_says() {
    ask(Trouble::default()).await;
}

#[tokio::test]
async fn what_fails_nulls_only_what_it_owed() {
    ask(Trouble { failing: 8, lost: 30 }).await;
}

#[tokio::test]
async fn the_listed_operations_are_answered_as_the_data_says() {
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen() {
        for bench in benches(&case, 1, Trouble::default()) {
            for listed in &case.queries {
                let text = listed["query"].as_str().expect("a query");
                if listed["expected"]["errors"] == true {
                    continue;
                }
                ran += 1;
                let operation = read::document(text, &Value::Object(Vec::new())).expect("a document");
                let judged = bench.judge(&operation, text).await;
                failures.extend(judged.err().map(|why| format!("=== {}\n{text}\n{why}", case.name)));
            }
        }
    }
    conclude(&failures, ran);
}
