//! Fields that are about to move (`@override` with a label): under each truth of the labels, and where chance decides,
//! the answers are right, and only those are asked who then resolve a field.

use std::collections::{BTreeMap, BTreeSet};

use rialto::graph::Supergraph;

use crate::{
    ask,
    bench::Bench,
    chosen, composed, conclude, graphs, listed,
    model::Model,
    seeds, setting,
    store::{Store, Trouble},
    switches::Switches,
};

/// The labels that an operator may make active, all together: none, each by itself, and all.
fn label_sets(sdls: &BTreeMap<String, String>) -> Vec<BTreeSet<String>> {
    let after = |sdl: &'_ String| {
        let texts = sdl.split("label: \"").skip(1).filter_map(|rest| rest.split_once('"'));
        texts.map(|(label, _)| label.to_owned()).filter(|label| !label.starts_with("percent(")).collect::<Vec<_>>()
    };
    let all: BTreeSet<String> = sdls.values().flat_map(after).collect();
    let each = all.iter().map(|label| BTreeSet::from([label.clone()]));
    let mut sets: Vec<BTreeSet<String>> = each.chain([BTreeSet::new(), all.clone()]).collect();
    sets.sort();
    sets.dedup();
    sets
}

/// Cases with fields that are about to move, under each truth of their labels.
#[tokio::test]
async fn labels_decide_who_is_asked() {
    let first = setting("WORLD_SEED", 1);
    let (mut failures, mut ran) = (Vec::new(), 0);
    for case in chosen().iter().filter(|case| case.subgraphs.values().any(|sdl| sdl.contains("label: "))) {
        let composed = case.composed();
        for labels in label_sets(&case.subgraphs) {
            let api = Supergraph::parse(&composed).expect("a supergraph").api;
            let name = format!("{} under {labels:?}", case.name);
            let store = Store::new(Model::under(&case.subgraphs, api, labels), first, Trouble::default());
            let bench = Bench::of(name, &composed, store, first);
            for operation in listed(case) {
                ran += 1;
                let judged = bench.judge(&operation, Switches::default()).await;
                failures
                    .extend(judged.err().map(|why| format!("=== {}\n{}\n{why}", bench.name, bench.told(&operation))));
            }
            failures.extend(ask(bench, seeds(3), &mut ran).await);
        }
    }
    conclude(&failures, ran);
}

/// The same in random graphs.
#[tokio::test]
async fn labels_in_random_graphs_decide_who_is_asked() {
    let (graphs, first) = (setting("WORLD_GRAPHS", 8), setting("WORLD_SEED", 1));
    let (mut failures, mut ran) = (Vec::new(), 0);
    for seed in first..first + graphs {
        let graph = graphs::moving(seed);
        let (name, composed, api) = match composed(&format!("moving graph {seed}"), &graph) {
            Ok(known) => known,
            Err(errors) => {
                failures.push(format!("{errors}\n{}", graph.text()));
                continue;
            }
        };
        for labels in label_sets(&graph.subgraphs) {
            let name = format!("{name} under {labels:?}");
            let store = Store::new(Model::under(&graph.subgraphs, api.clone(), labels), seed, Trouble::default());
            let failure = ask(Bench::of(name, &composed, store, seed), seeds(2), &mut ran).await;
            failures.extend(failure.map(|failure| format!("{failure}\n{}", graph.text())));
        }
    }
    conclude(&failures, ran);
}
