//! A subgraph as a server.

use std::{net::SocketAddr, sync::Arc};

use async_graphql::{Data, ObjectType, Schema, SchemaBuilder, SubscriptionType};
use axum::Router;
use schema::Caller;

use crate::{Database, trust::Trust};

mod background;
pub use background::{Background, Stop};

/// A domain, ready to be served over the network or called in process.
pub struct Subgraph {
    /// Its name in the supergraph.
    pub name: &'static str,
    /// Everything it serves.
    pub app: Router,
    /// Its workers.
    pub background: Background,
}

/// Makes the routes of a GraphQL schema: `POST /graphql`, `/health/live`, `/health/ready`.
pub struct GraphqlRoutes<Q, M, S> {
    _schema: Schema<Q, M, S>,
}

impl<Q, M, S> GraphqlRoutes<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// The routes of `schema`, whose callers are checked by `trust`.
    pub fn new(_schema: Schema<Q, M, S>, _trust: Trust, _database: Database) -> Self {
        todo!()
    }

    /// Adds data to every request: loaders above all.
    #[must_use]
    pub fn per_request(self, _fill: impl Fn(&Arc<Caller>, &mut Data) + Send + Sync + 'static) -> Self {
        todo!()
    }

    /// The routes.
    pub fn build(self) -> Router {
        todo!()
    }
}

/// Limits of depth and complexity: generous, as the client is a router that has limits of its own.
#[must_use]
pub fn guard_rails<Q, M, S>(_builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    todo!()
}

/// Serves `subgraph` until SIGTERM or Ctrl-C.
pub async fn serve(_subgraph: Subgraph, _listen: SocketAddr) -> anyhow::Result<()> {
    todo!()
}
