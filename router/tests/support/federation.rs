//! The federation cases in `tests/federation`.

use std::{collections::BTreeMap, fs, path::Path};

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
