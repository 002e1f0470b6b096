//! From subgraphs' SDL to one supergraph, or the reasons why not.
//!
//! Federation 1 and 2 in; out comes SDL of the [join specification](https://specs.apollo.dev/join/v0.5), the same
//! text for the same subgraphs, which any router of the field can load. Nothing here knows how a subgraph is reached
//! or what is asked of it.

mod access;
mod directives;
mod error;
mod field_sets;
mod fields;
mod inputs;
mod model;
mod override_from;
mod print;
mod satisfiability;
mod subgraph;
mod types;
mod value_types;

pub use self::error::{CompositionError, ErrorCode};
use self::{model::Merged, subgraph::SubgraphSchema};
use crate::graph::Supergraph;

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
    pub hints: Vec<String>,
}

/// Composes `subgraphs`, in the order of their names.
///
/// # Errors
/// Everything that is wrong, not only the first thing.
pub fn compose(subgraphs: &[Subgraph]) -> Result<Composed, Vec<CompositionError>> {
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
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut merged = Merged::default();
    types::merge(&schemas, &mut merged);
    merged.hints.extend(schemas.iter().flat_map(SubgraphSchema::losses));
    if !merged.errors.is_empty() {
        return Err(merged.errors);
    }
    let supergraph_sdl = print::supergraph(&schemas, &merged);
    let graph = Supergraph::parse(&supergraph_sdl).map_err(|error| {
        vec![CompositionError::new(
            ErrorCode::InvalidGraphql,
            "",
            &[],
            format!("the merged schema is not valid: {error}"),
        )]
    })?;
    let unreachable = satisfiability::check(&graph);
    if !unreachable.is_empty() {
        return Err(unreachable);
    }
    Ok(Composed { supergraph_sdl, api_sdl: graph.api.to_string(), hints: merged.hints })
}
