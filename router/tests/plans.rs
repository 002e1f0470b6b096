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
