//! Small graphs of our own, each around something that has cost an engine a wrong answer, a crash or a needless fetch.

use std::{collections::BTreeMap, fs, path::Path};

use crate::federation::{Case, try_compose};

/// The graphs of `tests/traps`, one file each: a line that begins with `###` opens the SDL of the subgraph that it
/// names, or an operation. Our own composition stands for the given supergraph.
pub fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
    let files = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|is| is == "graphql"));
    let (traps, wrong): (Vec<_>, Vec<_>) = files.map(|file| trap(&file)).partition(Result::is_ok);
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut traps: Vec<Case> = traps.into_iter().flatten().collect();
    traps.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(traps.len() > 30, "the traps are missing");
    traps
}

fn trap(file: &Path) -> Result<Case, String> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(file).unwrap();
    let (mut subgraphs, mut queries) = (BTreeMap::new(), Vec::new());
    for section in text.split("\n### ").skip(1) {
        let (title, body) = section.split_once('\n').unwrap();
        match title.split_once(' ') {
            None if title == "operation" => queries.push(serde_json::json!({ "query": body.trim() })),
            Some((subgraph, "(federation 1)")) => _ = subgraphs.insert(subgraph.to_owned(), body.to_owned()),
            _ => _ = subgraphs.insert(title.to_owned(), format!("{LINK}{body}")),
        }
    }
    let supergraph = try_compose(&subgraphs).map_err(|errors| format!("{name}: {errors}"))?;
    Ok(Case { name, subgraphs, supergraph, queries })
}

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \"@requires\", \
    \"@provides\", \"@external\", \"@shareable\", \"@override\", \"@inaccessible\", \"@interfaceObject\", \"@extends\", \"@authenticated\", \
    \"@requiresScopes\", \"@policy\"])\n";
