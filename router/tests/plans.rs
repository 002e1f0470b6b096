//! Plans over the federation cases in `tests/federation`: every listed operation gets a plan whose documents are valid
//! in the subgraphs that they are sent to, from the given supergraph and from our own composition alike.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use apollo_compiler::{ExecutableDocument, Schema, collections::HashSet, validation::Valid};
use rialto::{
    compose::{Subgraph, compose},
    graph::{Requirement, Supergraph},
    operation::{Document, Limits},
    plan::{self, Authorization, Surroundings},
};

struct Everything;

impl Authorization for Everything {
    fn denies(&self, _: &Requirement) -> Option<bool> {
        None
    }
}

struct Case {
    name: String,
    subgraphs: BTreeMap<String, String>,
    supergraph: String,
    queries: Vec<serde_json::Value>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/federation");
    let mut cases = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let mut subgraphs = BTreeMap::new();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            if file.extension().is_some_and(|extension| extension == "graphql") && stem != "supergraph" {
                subgraphs.insert(stem, fs::read_to_string(file).unwrap());
            }
        }
        cases.push(Case {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            subgraphs,
            supergraph: fs::read_to_string(folder.join("supergraph.graphql")).unwrap(),
            queries: serde_json::from_str(&fs::read_to_string(folder.join("queries.json")).unwrap()).unwrap(),
        });
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(cases.len() > 20, "the cases are missing");
    cases
}

/// A subgraph's schema with what federation adds to it, as its own server validates operations.
fn served(sdl: &str) -> Valid<Schema> {
    let added = "
        directive @key(fields: _Set!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
        directive @requires(fields: _Set!) on FIELD_DEFINITION
        directive @provides(fields: _Set!) on FIELD_DEFINITION
        directive @external on OBJECT | FIELD_DEFINITION
        directive @extends on OBJECT | INTERFACE
        directive @shareable on OBJECT | FIELD_DEFINITION
        directive @override(from: String!) on FIELD_DEFINITION
        directive @interfaceObject on OBJECT
        directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
        directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT
        directive @link(url: String, as: String, for: String, import: [_Set]) repeatable on SCHEMA
        scalar _Set
        scalar _Any
    ";
    let plain = Schema::builder().adopt_orphan_extensions().parse(sdl, "subgraph.graphql").build().unwrap();
    let entities: Vec<String> = plain
        .types
        .iter()
        .filter(|(_, ty)| ty.is_object() && ty.directives().has("key"))
        .map(|(name, _)| name.to_string())
        .collect();
    let mut more = format!("{added}\nextend type Query {{ _service: String }}");
    if !entities.is_empty() {
        let _ = write!(
            more,
            "\nunion _Entity = {}\nextend type Query {{ _entities(representations: [_Any!]!): [_Entity]! }}",
            entities.join(" | ")
        );
    }
    let built =
        Schema::builder().adopt_orphan_extensions().parse(sdl, "subgraph.graphql").parse(more, "federation.graphql");
    built.build().unwrap().validate().map_err(|error| error.errors.to_string()).unwrap()
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
        let text = plan_all(&case, &case.supergraph);
        println!("=== {}\n{text}", case.name);
    }
}

#[test]
fn our_own_composition_plans_the_same() {
    for case in cases() {
        let subgraphs: Vec<Subgraph> = case
            .subgraphs
            .iter()
            .map(|(name, sdl)| Subgraph { name: name.clone(), url: format!("http://{name}"), sdl: sdl.clone() })
            .collect();
        let composed = compose(&subgraphs).unwrap_or_else(|errors| {
            panic!("{}: {}", case.name, errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert_eq!(plan_all(&case, &composed.supergraph_sdl), plan_all(&case, &case.supergraph), "{}", case.name);
    }
}
