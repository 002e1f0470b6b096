//! The search that leaves nothing out, for tests: every choice at every fork, so that the planner's own search can be
//! held against the least that there is. It shares the planner's ways, not its choosing.

use std::{collections::BTreeMap, fs, path::Path};

use apollo_compiler::{
    ast::{Definition, Document},
    collections::{HashMap, HashSet},
};

use super::{
    Authorization, MAX_WORK, Surroundings,
    improve::{self, planner},
};
use crate::{
    compose::{Subgraph, compose},
    graph::{Requirement, Supergraph},
};

/// Plans with more forks than can be tried in so many runs are left out.
const RUNS: usize = 3_000;

/// Which choice is taken at each fork of a run: those that are written, then the first of each.
#[derive(Default)]
pub(super) struct Script {
    /// The choice, and how many there were.
    forks: Vec<(usize, usize)>,
    at: usize,
}

impl Script {
    /// The choice at the next fork.
    pub fn choose(&mut self, choices: usize) -> usize {
        if self.at == self.forks.len() {
            self.forks.push((0, choices));
        }
        self.at += 1;
        self.forks[self.at - 1].0
    }

    /// The script after this one, if there is any.
    fn next(mut self) -> Option<Self> {
        while let Some((choice, choices)) = self.forks.pop() {
            if choice + 1 < choices {
                self.forks.push((choice + 1, choices));
                return Some(Self { forks: self.forks, at: 0 });
            }
        }
        None
    }
}

struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

/// For each operation of a document, what the planner's plan costs and the least that any costs: hops and requests.
/// Nothing for those with too many forks.
fn costs(graph: &Supergraph, text: &str) -> Vec<[(usize, usize); 2]> {
    let document = Document::parse(text, "operation.graphql").expect("a document");
    let fragments: HashMap<_, _> = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::FragmentDefinition(fragment) => Some((fragment.name.clone(), fragment.clone())),
            _ => None,
        })
        .collect();
    let truths = HashSet::default();
    let surroundings = Surroundings { fragments: &fragments, truths: &truths };
    let operations = document.definitions.iter().filter_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation),
        _ => None,
    });
    let cost = |operation| {
        let (state, _) = improve::best(MAX_WORK, graph, operation, surroundings, &Everything).ok()?;
        let mut least = (usize::MAX, usize::MAX);
        let (mut script, mut runs) = (Some(Script::default()), 0);
        while let Some(known) = script {
            runs += 1;
            if runs > RUNS {
                return None;
            }
            let mut planner = planner(graph, surroundings, &Everything);
            planner.script = Some(known);
            if planner.operation(operation.operation_type, &operation.selection_set).is_ok() {
                let cost = planner.state.cost();
                least = least.min((cost.hops, cost.fetches));
            }
            script = planner.script.and_then(Script::next);
        }
        let own = state.cost();
        Some([(own.hops, own.fetches), least])
    };
    operations.filter_map(cost).collect()
}

fn supergraph(sdls: &BTreeMap<String, String>) -> Supergraph {
    let subgraph =
        |(name, sdl): (&String, &String)| Subgraph { name: name.clone(), url: String::new(), sdl: sdl.clone() };
    let composed = compose(&sdls.iter().map(subgraph).collect::<Vec<_>>()).expect("a composition");
    Supergraph::parse(&composed.supergraph_sdl).expect("a supergraph")
}

/// The public cases, each with its operations.
fn cases() -> Vec<(Supergraph, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/federation");
    let folders = fs::read_dir(root).expect("the cases").map(|entry| entry.expect("an entry").path());
    let case = |folder: std::path::PathBuf| {
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
        let queries: Vec<serde_json::Value> = serde_json::from_str(&read("queries.json")).expect("JSON");
        let queries = queries.iter().filter(|query| query["expected"]["errors"] != true);
        let texts = queries.map(|query| query["query"].as_str().expect("a query").to_owned());
        (Supergraph::parse(&read("supergraph.graphql")).expect("a supergraph"), texts.collect())
    };
    folders.filter(|folder| folder.is_dir()).map(case).collect()
}

/// A field that is had in several ways at several depths, a diamond of keys, roots that several share, and a cover.
fn diamond() -> (Supergraph, Vec<String>) {
    const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \
        \"@shareable\", \"@requires\", \"@external\"])\n";
    let sdls = [
        ("a", "type Query { t: T s: S @shareable c: C }
             type C @key(fields: \"id\") { id: ID! } type T @key(fields: \"id\") { id: ID! x: Int @shareable }
               type S @key(fields: \"id\") { id: ID! p: Int @shareable }"),
        ("b", "type Query { s: S @shareable } type C @key(fields: \"id\") { id: ID! f: Int @shareable g: Int @shareable } type T @key(fields: \"id\") @key(fields: \"sku\") { id: ID! sku: ID! x: Int @shareable y: Int @shareable }
               type S @key(fields: \"id\") { id: ID! p: Int @shareable q: Int @shareable }"),
        ("c", "type C @key(fields: \"id\") { id: ID! f: Int @shareable h: Int @shareable i: Int @shareable } type T @key(fields: \"sku\") { sku: ID! y: Int @shareable z: Int @shareable u: U }
               type S @key(fields: \"id\") { id: ID! q: Int @shareable r: Int } type U @key(fields: \"id\") { id: ID! v: Int @shareable }"),
        ("d", "type C @key(fields: \"id\") { id: ID! g: Int @shareable h: Int @shareable i: Int @shareable } type T @key(fields: \"id\") { id: ID! z: Int @shareable w: Int @requires(fields: \"y\") y: Int @external }
               type U @key(fields: \"id\") { id: ID! v: Int @shareable t: T }"),
    ];
    let sdls = sdls.into_iter().map(|(name, sdl)| (name.to_owned(), format!("{LINK}{sdl}"))).collect();
    let texts = [
        "{ t { x y z } }",
        "{ t { y z w u { v t { y w } } } s { p q r } }",
        "{ s { p q } t { z } }",
        "{ t { u { t { x z } } w } }",
        // The first field is had in two places, but only one of them has another field, too.
        "{ c { f h } }",
        "{ c { f g h i } }",
    ];
    (supergraph(&sdls), texts.map(str::to_owned).to_vec())
}

#[test]
fn no_plan_is_cheaper() {
    let (mut checked, mut worse) = (0, Vec::new());
    for (graph, texts) in cases().into_iter().chain([diamond()]) {
        for text in texts {
            for [own, least] in costs(&graph, &text) {
                checked += 1;
                if own > least {
                    worse.push(format!("{own:?} instead of {least:?}: {text}"));
                }
            }
        }
    }
    println!("{checked} operations");
    assert!(worse.is_empty(), "{}", worse.join("\n"));
    assert!(checked > 100, "only {checked} operations are small enough to be searched whole");
}
