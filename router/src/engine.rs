//! The engine: one supergraph, the way to each of its subgraphs, and the operations that run on them.

use std::{collections::HashMap, sync::Arc};

use schema::{Caller, Transport, service::ServiceSigner};

use crate::request::{Answer, GraphQLRequest};

/// How one subgraph is reached.
#[derive(Clone)]
pub struct SubgraphTarget {
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// The path of its GraphQL endpoint.
    pub path: String,
}

/// What an engine may be told beyond the supergraph.
#[derive(Clone, Default)]
pub struct EngineSettings {
    /// Signs what the router says to subgraphs on its own behalf (the client's address).
    pub signer: Option<Arc<ServiceSigner>>,
    /// The time for one whole operation.
    pub timeout: Option<std::time::Duration>,
    /// Bounds of a client's document.
    pub limits: Limits,
}

/// Bounds of a client's document; what exceeds one is refused with `COST_EXCEEDED` before it is planned.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tokens of the document.
    pub tokens: usize,
    /// Nesting of selections, fragments followed.
    pub depth: usize,
    /// Aliased fields, fragments followed.
    pub aliases: usize,
    /// Fields at the root, fragments followed.
    pub root_fields: usize,
    /// Root fields of one mutation.
    pub mutations: usize,
    /// Items in a list given as an argument or inside one.
    pub list_items: usize,
    /// Directives of the document.
    pub directives: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 15_000,
            depth: 40,
            aliases: 200,
            root_fields: 60,
            mutations: 10,
            list_items: 1_000,
            directives: 200,
        }
    }
}

/// A supergraph that cannot be used, in words for whoever runs the router.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The supergraph's SDL is wrong.
    #[error("the supergraph is not valid: {0}")]
    Supergraph(String),
    /// The supergraph names a subgraph that nobody said how to reach.
    #[error("no address is known for the subgraph {0:?}")]
    NoTarget(String),
}

/// Everything about a supergraph that is made once.
pub struct Engine {}

/// What accompanies one request through the engine.
#[derive(Clone)]
pub struct RequestContext {
    /// Who calls.
    pub caller: Arc<Caller>,
    /// The client's `Authorization` header, which travels on to subgraphs.
    pub authorization: Option<http::HeaderValue>,
    /// Whether mutations may run (not over GET).
    pub allow_mutations: bool,
}

impl Engine {
    /// Makes an engine of a supergraph's SDL. `targets` are keyed by the subgraphs' names in the supergraph.
    pub fn new(
        supergraph: &str,
        targets: &HashMap<String, SubgraphTarget>,
        settings: EngineSettings,
    ) -> Result<Self, EngineError> {
        let _ = (supergraph, targets, settings);
        Ok(Self {})
    }

    /// Runs one request to its answer. Never fails: every fault is an entry of the answer's `errors`.
    pub async fn execute(&self, request: GraphQLRequest, context: RequestContext) -> Answer {
        let _ = request;
        Answer::refused(Vec::new(), &context.caller.request_id)
    }
}
