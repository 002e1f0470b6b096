//! From subgraphs' SDL to one supergraph, or the reasons why not.
//!
//! Federation 1 and 2 in; out comes SDL of the [join specification](https://specs.apollo.dev/join/v0.5), the same
//! text for the same subgraphs, which any router of the field can load. Nothing here knows how a subgraph is reached
//! or what is asked of it.

mod check;
mod error;
mod features;
mod hint;
mod merge;
mod print;
mod read;
mod satisfiability;
mod text;

use apollo_compiler::Schema;

pub use self::{
    error::{CompositionError, ErrorCode},
    hint::{Hint, HintCode, HintLevel},
};
use self::{
    merge::{compose_directive, executables, model::Merged, names, types},
    read::{
        subgraph::{self, SubgraphSchema},
        upgrade,
    },
};
use crate::graph::{Supergraph, links};

/// One subgraph to compose.
#[derive(Clone, Debug)]
pub struct Subgraph {
    /// Its name, unique in the supergraph.
    pub name: String,
    /// Where it is reached; goes into the supergraph as it is.
    pub url: String,
    /// Its schema, with or without the definitions of federation's directives.
    pub sdl: String,
}

/// A composition that succeeded.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The supergraph for routers.
    pub supergraph_sdl: String,
    /// The schema that clients see.
    pub api_sdl: String,
    /// What works but may not be meant.
    pub hints: Vec<Hint>,
}

/// Composes `subgraphs`, in the order of their names.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub fn compose(subgraphs: &[Subgraph]) -> Result<Composed, Vec<CompositionError>> {
    let schemas = each(subgraphs)?;
    let mut merged = Merged::default();
    let schemas = understood(schemas, &mut merged)?;
    compose_directive::find(&schemas, &mut merged);
    executables::merge(&schemas, &mut merged);
    types::merge(&schemas, &mut merged);
    if !merged.errors.is_empty() {
        return Err(merged.errors);
    }
    let supergraph_sdl = print::supergraph(&schemas, &merged);
    let invalid = |error: &dyn std::fmt::Display| {
        let text = format!("the merged schema is not valid: {error}");
        vec![CompositionError::new(ErrorCode::InvalidGraphql, "", &[], text)]
    };
    let mut whole = Schema::parse(&supergraph_sdl, "supergraph.graphql")
        .map_err(|error| error.errors.iter().flat_map(|diagnostic| invalid(&diagnostic.error)).collect::<Vec<_>>())?;
    // What is checked goes by federation's own names.
    links::settle(&mut whole).map_err(|error| invalid(&error))?;
    let wrong = check::merged(&schemas, &whole);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    merged.hints.extend(check::merged_hints(&schemas, &whole));
    let graph = Supergraph::parse(&supergraph_sdl).map_err(|error| invalid(&error))?;
    let unreachable = satisfiability::check(&graph);
    if !unreachable.is_empty() {
        return Err(unreachable);
    }
    Ok(Composed { supergraph_sdl, api_sdl: graph.api.to_string(), hints: merged.hints })
}

/// The fields of a supergraph that clients see but no path reaches, by some way of arriving at their object.
pub fn unreachable_fields(graph: &Supergraph) -> Vec<CompositionError> {
    satisfiability::check(graph)
}

/// Each subgraph by itself.
fn each(subgraphs: &[Subgraph]) -> Result<Vec<SubgraphSchema>, Vec<CompositionError>> {
    let mut sorted: Vec<&Subgraph> = subgraphs.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let mut errors = subgraph::check_names(&sorted);
    let mut schemas: Vec<SubgraphSchema> = Vec::new();
    for subgraph in sorted {
        match SubgraphSchema::read(subgraph, &schemas) {
            Ok(schema) => schemas.push(schema),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(schemas) } else { Err(errors) }
}

/// All subgraphs in the terms of Federation 2, if they say nothing wrong in them.
fn understood(
    mut schemas: Vec<SubgraphSchema>,
    merged: &mut Merged,
) -> Result<Vec<SubgraphSchema>, Vec<CompositionError>> {
    // Once they are rewritten, nothing tells any more what was extended.
    merged.errors.extend(check::bases(&schemas));
    merged.errors.extend(upgrade::all(&mut schemas, &mut merged.hints));
    for schema in &schemas {
        merged.errors.extend(check::subgraph(schema));
    }
    merged.errors.extend(check::across(&schemas));
    match names::find(&schemas) {
        Ok(names) => merged.names = names,
        Err(errors) => merged.errors.extend(errors),
    }
    if merged.errors.is_empty() { Ok(schemas) } else { Err(std::mem::take(&mut merged.errors)) }
}
