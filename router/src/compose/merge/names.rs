//! What the supergraph calls federation's own directives: by the name that the subgraphs import them under.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    merge::applied,
    read::{elements::elements, subgraph::SubgraphSchema},
};

/// The names of the directives that are used, by what federation calls them.
pub(in crate::compose) type Names = BTreeMap<&'static str, String>;

/// # Errors
/// A directive that has two names where it is used.
pub(in crate::compose) fn find(subgraphs: &[SubgraphSchema]) -> Result<Names, Vec<CompositionError>> {
    let mut used: BTreeMap<&'static str, BTreeMap<String, BTreeSet<&str>>> = BTreeMap::new();
    for subgraph in subgraphs {
        let applications = elements(&subgraph.schema).into_iter().flat_map(|element| element.directives);
        let definitions = subgraph.schema.directive_definitions.values().filter(|known| !known.is_built_in());
        let of_arguments = definitions.flat_map(|definition| &definition.arguments).flat_map(|known| &known.directives);
        for directive in applications.chain(of_arguments) {
            if let Some(name) = subgraph.names.canonical(&directive.name).filter(|name| applied::MERGED.contains(name))
            {
                used.entry(name).or_default().entry(directive.name.to_string()).or_default().insert(&subgraph.name);
            }
        }
    }
    let (one, several): (BTreeMap<_, _>, BTreeMap<_, _>) = used.into_iter().partition(|(_, names)| names.len() == 1);
    if several.is_empty() {
        let name = |(name, known): (_, BTreeMap<String, _>)| Some((name, known.into_keys().next()?));
        return Ok(one.into_iter().filter_map(name).collect());
    }
    Err(several.into_iter().map(|(name, names)| mismatch(name, &names)).collect())
}

fn mismatch(name: &str, names: &BTreeMap<String, BTreeSet<&str>>) -> CompositionError {
    let each = names.iter().map(|(local, subgraphs)| {
        let subgraphs: Vec<&str> = subgraphs.iter().copied().collect();
        format!("@{local} in {}", subgraphs.join(", "))
    });
    let text = format!("the directive is called {}: import it under one name", each.collect::<Vec<_>>().join(" and "));
    let subgraphs: BTreeSet<&str> = names.values().flatten().copied().collect();
    let subgraphs: Vec<&str> = subgraphs.into_iter().collect();
    CompositionError::new(ErrorCode::LinkImportNameMismatch, format!("@{name}"), &subgraphs, text)
}
