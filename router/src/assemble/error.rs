//! Why no router could be made.

use std::{fmt, ops::Deref};

use schema::transport::InvalidOrigin;

use super::AskError;
use crate::{compose::CompositionError, engine::EngineError, graph::InvalidSupergraph};

/// Why no router could be made, in words for whoever makes it. Each says its own part; the reason behind it is its
/// [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is nothing to make it of.
    #[error("there is neither a supergraph nor a subgraph")]
    Nothing,
    /// A subgraph's name is none.
    #[error(
        "{0:?} is no name for a subgraph: names have letters, digits, \"_\", \"-\" and \".\", begin with none of the \
         last two, and are not longer than 64"
    )]
    Name(String),
    /// Two subgraphs have one name, or one has two schemas.
    #[error("the subgraph {0:?} is given twice")]
    Duplicate(String),
    /// A subgraph's address is none.
    #[error("the address of the subgraph {name:?}")]
    Address {
        /// The subgraph.
        name: String,
        /// What is wrong.
        #[source]
        error: InvalidOrigin,
    },
    /// Subgraphs did not tell their schemas.
    #[error("not every subgraph tells its schema")]
    Unasked(#[source] UnaskedSubgraphs),
    /// The subgraphs do not fit together; every reason is there.
    #[error("the subgraphs do not compose")]
    Composition(#[source] CompositionErrors),
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

/// A subgraph that did not tell its schema.
#[derive(Debug)]
pub struct Unasked {
    /// The subgraph.
    pub name: String,
    /// Where it was asked, without credentials.
    pub address: String,
    /// Why not.
    pub error: AskError,
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the subgraph {:?} at {}: {}", self.name, self.address, self.error)
    }
}

/// All subgraphs that did not tell their schemas.
#[derive(Debug)]
pub struct UnaskedSubgraphs(pub Vec<Unasked>);

/// All that keeps subgraphs from being composed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionErrors(pub Vec<CompositionError>);

impl fmt::Display for UnaskedSubgraphs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.0)
    }
}

impl fmt::Display for CompositionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, &self.0)
    }
}

fn joined(f: &mut fmt::Formatter<'_>, errors: &[impl fmt::Display]) -> fmt::Result {
    for (number, error) in errors.iter().enumerate() {
        write!(f, "{}{error}", if number == 0 { "" } else { "; " })?;
    }
    Ok(())
}

impl std::error::Error for UnaskedSubgraphs {}
impl std::error::Error for CompositionErrors {}

impl Deref for UnaskedSubgraphs {
    type Target = [Unasked];

    fn deref(&self) -> &[Unasked] {
        &self.0
    }
}

impl Deref for CompositionErrors {
    type Target = [CompositionError];

    fn deref(&self) -> &[CompositionError] {
        &self.0
    }
}
