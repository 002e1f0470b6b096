//! The federation cases in `tests/federation`, and what a subgraph's own server knows of its schema.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use apollo_compiler::{Schema, validation::Valid};
use rialto::compose::{Subgraph, compose};

/// One case: subgraphs, a supergraph that another composer made of them, and operations.
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The SDL of each subgraph.
    pub subgraphs: BTreeMap<String, String>,
    /// The supergraph's SDL.
    pub supergraph: String,
    /// The listed operations.
    pub queries: Vec<serde_json::Value>,
}

impl Case {
    /// The supergraph's SDL as this project composes it.
    pub fn composed(&self) -> String {
        try_compose(&self.subgraphs).unwrap_or_else(|errors| panic!("{}: {errors}", self.name))
    }
}

/// The supergraph's SDL of subgraphs by name, or the errors.
pub fn try_compose(sdls: &BTreeMap<String, String>) -> Result<String, String> {
    let subgraphs: Vec<Subgraph> = sdls
        .iter()
        .map(|(name, sdl)| Subgraph { name: name.clone(), url: format!("http://{name}"), sdl: sdl.clone() })
        .collect();
    let composed = compose(&subgraphs);
    composed
        .map(|composed| composed.supergraph_sdl)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// All cases.
pub fn cases() -> Vec<Case> {
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
pub fn served(sdl: &str) -> Valid<Schema> {
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
