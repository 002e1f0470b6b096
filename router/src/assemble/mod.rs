//! The router as a library: subgraphs in, one thing out that runs operations and serves them.
//!
//! [`Rialto::builder`] takes subgraphs wherever they are, asks those for their schema that nobody gave one for, composes
//! them, and puts an [`Engine`] and a [`Door`] in front. The program `rialto` is made with it too.
//!
//! ```
//! use axum::{Json, Router, routing::post};
//! use rialto::Rialto;
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Any tower service is a subgraph; this one always says the same.
//! let greeter = Router::new().route("/graphql", post(async || Json(json!({"data": {"hello": "world"}}))));
//!
//! let rialto = Rialto::builder()
//!     .subgraph("greeter", greeter)
//!     .schema("greeter", "type Query { hello: String }") // without this line, it would be asked
//!     .build()
//!     .await?;
//!
//! let answer = rialto.execute("{ hello }").await;
//! assert_eq!(answer.body, r#"{"data":{"hello":"world"}}"#);
//!
//! // And over HTTP, as a part of any axum application:
//! let app: Router = rialto.into_router();
//! # let _ = app;
//! # Ok(())
//! # }
//! ```
//!
//! `cargo run -p rialto --example embed` serves two async-graphql schemas as one graph.

mod ask;
mod builder;
mod error;
mod reach;

use std::{collections::BTreeMap, io, sync::Arc};

use axum::Router;
use runtime::{
    server::{self, Bounds, Shutdown},
    signals::stop_signal,
};
use tokio::net::TcpListener;

pub use self::{
    ask::{AskError, sdl},
    builder::Builder,
    error::{BuildError, CompositionErrors, Unasked, UnaskedSubgraphs},
    reach::{at, at_with},
};
use crate::{
    engine::{Engine, RequestContext},
    http::Door,
    request::{Answer, GraphQLRequest},
};

/// A federated graph, ready to be asked.
pub struct Rialto {
    engine: Arc<Engine>,
    door: Arc<Door>,
    supergraph: String,
    addresses: BTreeMap<String, String>,
}

impl Rialto {
    /// Begins a new one; see the [module](self).
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs an operation as nobody in particular. Never fails: every fault is an entry of the answer's `errors`, a panic
    /// included, such as that of a timer outside of a Tokio runtime. Its time is counted from this call on.
    pub async fn execute(&self, request: impl Into<GraphQLRequest>) -> Answer {
        self.execute_as(request, RequestContext::anonymous()).await
    }

    /// Runs an operation for somebody.
    pub async fn execute_as(&self, request: impl Into<GraphQLRequest>, context: RequestContext) -> Answer {
        self.engine.execute(request.into(), context).await
    }

    /// The supergraph's SDL: the one that was given, or what was composed.
    pub fn supergraph(&self) -> &str {
        &self.supergraph
    }

    /// The addresses of the subgraphs that run elsewhere, by name.
    pub fn addresses(&self) -> &BTreeMap<String, String> {
        &self.addresses
    }

    /// What runs operations.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What takes requests in over HTTP.
    pub fn door(&self) -> &Arc<Door> {
        &self.door
    }

    /// All that the router serves, `/graphql` above all: an axum router, and so a tower service.
    ///
    /// It has a fallback and the paths `/health/live` and `/health/ready`. So [`nest`](Router::nest) it below a path of
    /// an application that has its own, or of a second graph: [`merge`](Router::merge) panics where both have one.
    pub fn into_router(self) -> Router {
        self.door.app()
    }

    /// Serves until Ctrl-C or SIGTERM, then answers what has been asked already.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let (door, signal) = (self.door, stop_signal()?);
        let stop = async {
            signal.await;
            door.close();
            Shutdown::default()
        };
        server::serve(listener, door.app(), None, Bounds::default(), stop).await;
        Ok(())
    }
}
