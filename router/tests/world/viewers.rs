//! Graphs of which not everybody may see everything, asked by viewers with different rights.

use std::ops::Range;

use rialto::graph::Supergraph;

use crate::{
    audience::Audience, chosen, composed, conclude, federation::Case, graphs, listed, model::Model, seeds, setting,
    store::Trouble,
};

const TROUBLE: Trouble = Trouble { failing: 8, lost: 30 };

/// Asks an audience random operations. What failed, if anything did.
async fn ask_audience(audience: Audience, seeds: Range<u64>, ran: &mut u64) -> Option<String> {
    let mut found = Vec::new();
    for seed in seeds {
        *ran += 1;
        if let Err(failure) = audience.try_seed(seed, found.is_empty()).await {
            found.push(failure);
        }
    }
    found.first().map(|failure| format!("{} failed, the first:\n{failure}", found.len()))
}

/// Cases in which not everybody may see everything.
#[tokio::test]
async fn viewers_see_what_they_may() {
    let first = setting("WORLD_SEED", 1);
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen().iter().filter(|case| is_guarded(case)) {
        let composed = case.composed();
        let api = || Supergraph::parse(&composed).expect("a supergraph").api;
        for trouble in [Trouble::default(), TROUBLE] {
            let model = Model::new(&case.subgraphs, api());
            let audience = Audience::new(&case.name, &composed, model, first, trouble);
            for operation in listed(case) {
                ran += 1;
                let judged = audience.try_operation(&operation, first).await;
                failures.extend(judged.err().map(|why| format!("=== {}\n{operation}\n{why}", case.name)));
            }
            failures.extend(ask_audience(audience, seeds(1), &mut ran).await);
        }
    }
    conclude(&failures, ran);
}

fn is_guarded(case: &Case) -> bool {
    let guards = [" @authenticated", " @requiresScopes", " @policy"];
    case.subgraphs.values().any(|sdl| guards.iter().any(|guard| sdl.contains(guard)))
}

/// The same in random graphs.
#[tokio::test]
async fn viewers_of_random_graphs_see_what_they_may() {
    let (graphs, first) = (setting("WORLD_GRAPHS", 10), setting("WORLD_SEED", 1));
    let (mut failures, mut ran) = (Vec::new(), 0);
    for seed in first..first + graphs {
        let graph = graphs::guarded(seed);
        let failure = match composed(&format!("guarded graph {seed}"), &graph) {
            Ok((name, composed, api)) => {
                let trouble = if seed.is_multiple_of(3) { TROUBLE } else { Trouble::default() };
                let model = Model::new(&graph.subgraphs, api);
                ask_audience(Audience::new(&name, &composed, model, seed, trouble), seeds(2), &mut ran).await
            }
            Err(errors) => Some(errors),
        };
        failures.extend(failure.map(|failure| format!("{failure}\n{}", graph.text())));
    }
    conclude(&failures, ran);
}
