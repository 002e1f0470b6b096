//! Operations of hundreds of fields, and such as are sent to do harm: each has a plan or is refused by name, and none
//! takes the process down.

#[path = "support/federation.rs"]
#[allow(dead_code)] // Other tests run what is listed.
mod federation;
#[path = "support/large.rs"]
mod large;
#[path = "support/planned.rs"]
mod planned;
#[path = "support/random.rs"]
#[allow(dead_code)] // Nothing is told apart by its text here.
mod random;

use large::{Bounds, hard, operation, social};
use planned::{plan, unlimited};
use random::Random;
use rialto::{
    error::{Code, GraphQLError},
    graph::Supergraph,
    operation::{Document, Limits},
    plan::Unplannable,
};

/// How many operations each graph is asked.
const SEEDS: u64 = 6;

#[test]
fn large_operations_have_a_plan_or_are_too_complex() {
    let mut graphs: Vec<_> = federation::cases().into_iter().map(|case| (case.name, case.supergraph)).collect();
    graphs.push(("social".into(), federation::try_compose(&social()).unwrap()));
    let (mut planned, mut refused) = (0, 0);
    for (name, sdl) in &graphs {
        let graph = Supergraph::parse(sdl).unwrap();
        for seed in 0..SEEDS {
            let bounds = Bounds { depth: 10, fields: 150, aliases: 20, fragments: 25 };
            let text = operation(&graph.api, bounds, &mut Random::new(seed));
            let document = Document::read(&graph, &text, &unlimited())
                .unwrap_or_else(|errors| panic!("{name}, seed {seed}: {errors:?}\n{text}"));
            match plan(&graph, &document) {
                Ok(_) => planned += 1,
                Err(Unplannable::TooComplex) => refused += 1,
                Err(error) => panic!("{name}, seed {seed}: {error}\n{text}"),
            }
        }
    }
    println!("{planned} planned, {refused} refused");
    assert!(planned > refused * 10, "{planned} planned, {refused} refused");
}

#[test]
fn what_is_sent_to_do_harm_is_planned_or_refused_by_name() {
    let graph = Supergraph::parse(&federation::try_compose(&social()).unwrap()).unwrap();
    let mut refused = 0;
    for size in [3, 14, 30, 100, 1_000] {
        for (name, text) in hard(size) {
            match Document::read(&graph, &text, &Limits::default()) {
                Ok(document) => match plan(&graph, &document) {
                    Ok(_) => {}
                    Err(Unplannable::TooComplex) => refused += 1,
                    Err(error) => panic!("{name}, {size}: {error}"),
                },
                Err(errors) => {
                    let too_large = |error: &GraphQLError| {
                        let of_ours = error.extensions["code"] == Code::CostExceeded.as_str();
                        of_ours || error.message.contains("recursion") || error.message.contains("too much nesting")
                    };
                    assert!(errors.iter().all(too_large), "{name}, {size}: {errors:?}");
                    assert!(size > 3, "{name}: what is small is not refused: {errors:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn no_nesting_is_deep_enough_to_exhaust_a_stack() {
    let graph = Supergraph::parse(&federation::try_compose(&social()).unwrap()).unwrap();
    for size in [400, 5_000] {
        for (name, text) in hard(size).into_iter().filter(|(name, _)| is_deep(name)) {
            if let Ok(document) = Document::read(&graph, &text, &unlimited()) {
                assert!(size < 500, "{name}, {size}");
                let _ = plan(&graph, &document);
            }
        }
    }
}

fn is_deep(name: &str) -> bool {
    ["chain", "double", "branch", "row", "unions"].iter().any(|deep| name.contains(deep))
}
