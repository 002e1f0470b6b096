//! Directives that clients may use in operations: what all subgraphs define alike is part of the supergraph, as an
//! operation may reach any of them.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node,
    ast::{DirectiveDefinition, DirectiveLocation, InputValueDefinition},
};

use crate::{
    compose::{
        hint::HintCode,
        merge::{
            inputs,
            model::{Merged, MergedDirective},
        },
        read::subgraph::SubgraphSchema,
    },
    graph::api::EXECUTABLE,
};

/// What GraphQL itself defines, or proposes to.
const OF_GRAPHQL: [&str; 7] = ["skip", "include", "defer", "stream", "deprecated", "specifiedBy", "oneOf"];

/// A definition in one subgraph.
type Owner<'s> = (&'s SubgraphSchema, &'s Node<DirectiveDefinition>);

pub(in crate::compose) fn merge(schemas: &[SubgraphSchema], merged: &mut Merged) {
    let names: BTreeSet<&Name> =
        schemas.iter().flat_map(|subgraph| own(subgraph).map(|definition| &definition.name)).collect();
    for name in names.into_iter().filter(|name| !OF_GRAPHQL.contains(&name.as_str())) {
        if merged.composed.contains_key(name.as_str()) {
            continue;
        }
        let owners: Vec<Owner<'_>> = schemas
            .iter()
            .filter_map(|subgraph| Some((subgraph, own(subgraph).find(|known| known.name == *name)?)))
            .collect();
        if let Some(directive) = one(schemas, name, &owners, merged) {
            merged.executables.push(directive);
        }
    }
}

/// The executable directives that a subgraph defines beside those of federation.
fn own(subgraph: &SubgraphSchema) -> impl Iterator<Item = &Node<DirectiveDefinition>> {
    subgraph
        .schema
        .directive_definitions
        .values()
        .filter(|definition| subgraph.names.canonical(&definition.name).is_none() && is_executable(definition))
}

/// Whether the directive can stand in an operation.
pub(in crate::compose) fn is_executable(definition: &DirectiveDefinition) -> bool {
    definition.locations.iter().any(|location| EXECUTABLE.contains(location))
}

fn one(schemas: &[SubgraphSchema], name: &Name, owners: &[Owner<'_>], merged: &mut Merged) -> Option<MergedDirective> {
    let coordinate = format!("@{name}");
    let lacking = schemas.iter().map(|subgraph| subgraph.name.as_str());
    let lacking: Vec<&str> = lacking.filter(|name| !owners.iter().any(|(owner, _)| owner.name == *name)).collect();
    if !lacking.is_empty() {
        let text = "not all subgraphs define the directive, so the supergraph has it not: define it there too";
        merged.hint(HintCode::InconsistentExecutableDirectivePresence, coordinate, &lacking, text);
        return None;
    }
    let subgraphs: Vec<&str> = owners.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
    let locations = locations(&coordinate, owners, &subgraphs, merged)?;
    let repeatable = owners.iter().filter(|(_, definition)| definition.repeatable).count();
    if repeatable > 0 && repeatable < owners.len() {
        let text = "the directive is not repeatable everywhere, so it is not in the supergraph";
        let code = HintCode::InconsistentExecutableDirectiveRepeatable;
        merged.hint(code, coordinate.as_str(), &subgraphs, text);
    }
    let lists: Vec<(&SubgraphSchema, Vec<&Node<InputValueDefinition>>)> =
        owners.iter().map(|(subgraph, definition)| (*subgraph, definition.arguments.iter().collect())).collect();
    let arguments = inputs::common_arguments(&coordinate, &lists, merged);
    let described = owners.iter().map(|(subgraph, definition)| (*subgraph, definition.description.as_ref()));
    let description = merged.description(&coordinate, described);
    Some(MergedDirective {
        name: name.clone(),
        description,
        arguments,
        repeatable: repeatable == owners.len(),
        locations,
    })
}

/// Where the directive may stand for all subgraphs.
fn locations(
    coordinate: &str,
    owners: &[Owner<'_>],
    subgraphs: &[&str],
    merged: &mut Merged,
) -> Option<Vec<DirectiveLocation>> {
    let allowing =
        |location: &DirectiveLocation| owners.iter().filter(|(_, known)| known.locations.contains(location)).count();
    let all: Vec<DirectiveLocation> =
        EXECUTABLE.into_iter().filter(|location| allowing(location) == owners.len()).collect();
    if all.is_empty() {
        let text = "no place is common to all subgraphs' definitions, so the supergraph has the directive not";
        merged.hint(HintCode::NoExecutableDirectiveIntersection, coordinate, subgraphs, text);
        return None;
    }
    if EXECUTABLE.iter().filter(|location| allowing(location) > 0).count() > all.len() {
        let each: Vec<String> = all.iter().map(ToString::to_string).collect();
        let text = format!("the places differ; the supergraph has the common ones: {}", each.join(", "));
        merged.hint(HintCode::InconsistentExecutableDirectiveLocations, coordinate, subgraphs, text);
    }
    Some(all)
}
