//! Fields of mutations that several subgraphs resolve: a mutation happens once, so one of them must lead to everything
//! below the field, whatever the others could add.

use apollo_compiler::{Name, ast::OperationType};

use super::{Walk, is_composite};
use crate::{
    compose::error::CompositionError,
    graph::{SubgraphId, Supergraph},
};

/// The errors of the graph in which each such field belongs to the subgraph that leads furthest.
pub(super) fn settled(graph: &Supergraph) -> Vec<CompositionError> {
    let mut settled: Option<Supergraph> = None;
    for (field, subgraphs) in shared(graph) {
        let known = settled.as_ref().unwrap_or(graph);
        let mut best: Option<(usize, Supergraph)> = None;
        for subgraph in subgraphs {
            let alone = asked_of(known, &field, subgraph);
            let errors = Walk::below(&alone, &field).len();
            if best.as_ref().is_none_or(|(fewest, _)| errors < *fewest) {
                best = Some((errors, alone));
            }
            if errors == 0 {
                break;
            }
        }
        settled = best.map(|(_, graph)| graph).or(settled);
    }
    Walk::over(settled.as_ref().unwrap_or(graph))
}

/// The fields that several subgraphs resolve to objects, and those subgraphs.
fn shared(graph: &Supergraph) -> Vec<(Name, Vec<SubgraphId>)> {
    let Some(root) = graph.root(OperationType::Mutation) else { return Vec::new() };
    let visible = graph.api.get_object(&graph.info(root).name);
    let fields = graph.info(root).fields.values().filter(|field| {
        is_composite(graph, field.ty.inner_named_type())
            && visible.is_some_and(|object| object.fields.contains_key(&field.name))
    });
    let resolving = fields.map(|field| {
        let known = field.subgraphs.iter().filter(|(_, known)| !known.external);
        (field.name.clone(), known.map(|(subgraph, _)| *subgraph).collect::<Vec<_>>())
    });
    resolving.filter(|(_, subgraphs)| subgraphs.len() > 1).collect()
}

/// The graph in which no other subgraph resolves the field.
fn asked_of(graph: &Supergraph, field: &Name, subgraph: SubgraphId) -> Supergraph {
    let mut graph = graph.clone();
    let root = graph.root(OperationType::Mutation).map(|root| graph.info(root).name.clone());
    let field = root.and_then(|root| graph.types.get_mut(&root)?.fields.get_mut(field));
    for (other, known) in field.into_iter().flat_map(|field| &mut field.subgraphs) {
        known.external |= *other != subgraph;
    }
    graph
}
