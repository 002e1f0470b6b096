//! What subgraphs must not say: each rule of the specification, by theme.
//!
//! A check finds everything that is wrong and changes nothing.

pub(super) mod definitions;
pub(super) mod graphql;
pub(super) mod reserved;

mod across;
mod external;
mod field_sets;
mod inaccessible;
mod interfaces;
mod merged;
mod one_of;
mod placement;
mod sizes;
mod values;

pub(super) use crate::compose::check::{
    across::{across, bases},
    external::is_needed,
    field_sets::is_composite,
    merged::{merged, merged_hints},
};
use crate::compose::{error::CompositionError, read::subgraph::SubgraphSchema};

/// What is wrong with one subgraph, whatever the others say.
pub(super) fn subgraph(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = field_sets::check(subgraph);
    errors.extend(external::check(subgraph));
    errors.extend(interfaces::check(subgraph));
    errors.extend(placement::check(subgraph));
    errors.extend(sizes::check(subgraph));
    errors
}
