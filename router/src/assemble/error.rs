//! Why no router could be made.

use schema::transport::InvalidOrigin;

use super::AskError;
use crate::{compose::CompositionError, engine::EngineError, graph::InvalidSupergraph};

/// Why no router could be made, in words for whoever makes it.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is nothing to make it of.
    #[error("there is neither a supergraph nor a subgraph")]
    Nothing,
    /// A subgraph's address is none.
    #[error("the subgraph {name:?}: {error}")]
    Address {
        /// The subgraph.
        name: String,
        /// What is wrong.
        error: InvalidOrigin,
    },
    /// A subgraph did not tell its schema.
    #[error("the subgraph {name:?} at {address}: {error}")]
    Unasked {
        /// The subgraph.
        name: String,
        /// Where it was asked.
        address: String,
        /// Why not.
        error: AskError,
    },
    /// The subgraphs do not fit together; every reason is there.
    #[error("the subgraphs do not compose: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Composition(Vec<CompositionError>),
    /// A way leads to a subgraph that the supergraph does not have.
    #[error("the supergraph has no subgraph {name:?}; it has {known}")]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// Nobody said how a subgraph is reached.
    #[error("no address is known for the subgraph {0:?}")]
    NoAddress(String),
    /// The supergraph's SDL is wrong.
    #[error("the supergraph is not valid")]
    Supergraph(#[from] InvalidSupergraph),
    /// The engine refuses it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
