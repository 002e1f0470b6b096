//! What a router is made of, and how it is made.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use apollo_compiler::ast::OperationType;
use bytes::Bytes;
use futures_util::future::try_join_all;
use http::{HeaderMap, HeaderName, HeaderValue};
use schema::transport::{self, InProcess};
use tower::{BoxError, Service};

use super::{BuildError, Rialto, ask, reach};
use crate::{
    auth::Auth,
    compose::{self, compose},
    engine::{Engine, EngineSettings},
    fetch::SubgraphTarget,
    graph::Supergraph,
    http::{Door, DoorSettings},
};

/// Gathers subgraphs and settings; see [`Rialto::builder`].
#[derive(Default)]
#[must_use]
pub struct Builder {
    supergraph: Option<String>,
    subgraphs: BTreeMap<String, Known>,
    engine: EngineSettings,
    door: DoorSettings,
    auth: Auth,
    patience: Duration,
}

/// What was said of one subgraph.
#[derive(Default)]
struct Known {
    way: Option<Way>,
    sdl: Option<String>,
    headers: HeaderMap,
}

enum Way {
    Target(SubgraphTarget),
    Url(String),
}

/// The path at which a service of this process is asked.
const PATH: &str = "/graphql";
/// How a service of this process is called in a supergraph and in errors.
const IN_PROCESS: &str = "this process";

impl Builder {
    /// A subgraph in this process: any tower service that answers GraphQL over HTTP at `/graphql`. An `axum::Router` is
    /// one, and so is `async_graphql_axum::GraphQL::new(schema)` of an async-graphql schema.
    pub fn subgraph<S, B>(self, name: impl Into<String>, service: S) -> Self
    where
        S: Service<transport::Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let transport = Arc::new(InProcess(service));
        self.subgraph_by(name, SubgraphTarget { transport, path: PATH.to_owned() })
    }

    /// A subgraph that runs elsewhere, by the URL of its GraphQL endpoint.
    pub fn subgraph_at(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.known(name).way = Some(Way::Url(url.into()));
        self
    }

    /// A subgraph that is reached in a way of your own.
    pub fn subgraph_by(mut self, name: impl Into<String>, target: SubgraphTarget) -> Self {
        self.known(name).way = Some(Way::Target(target));
        self
    }

    /// A subgraph's SDL. Without it the subgraph is asked.
    pub fn schema(mut self, name: impl Into<String>, sdl: impl Into<String>) -> Self {
        self.known(name).sdl = Some(sdl.into());
        self
    }

    /// A header that every request to a subgraph carries, such as the key that it wants to see.
    pub fn header(mut self, name: impl Into<String>, header: HeaderName, value: HeaderValue) -> Self {
        self.known(name).headers.insert(header, value);
        self
    }

    /// A supergraph's SDL, by any composer: nothing is composed then. Its own addresses count where nobody gave others.
    pub fn supergraph(mut self, sdl: impl Into<String>) -> Self {
        self.supergraph = Some(sdl.into());
        self
    }

    /// Timeout, limits, caches.
    pub fn engine(mut self, settings: EngineSettings) -> Self {
        self.engine = settings;
        self
    }

    /// What the HTTP side is told.
    pub fn door(mut self, settings: DoorSettings) -> Self {
        self.door = settings;
        self
    }

    /// Who judges access tokens. Without a verifier everybody who comes over HTTP is nobody in particular, and fields
    /// marked `@authenticated` or `@requiresScopes` are refused, unless [`EngineSettings::authorize`] leaves them to the
    /// subgraphs.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// How long to wait for subgraphs that are asked for their schema and do not answer yet. Not at all otherwise.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn known(&mut self, name: impl Into<String>) -> &mut Known {
        self.subgraphs.entry(name.into()).or_default()
    }

    /// Asks, composes and assembles.
    pub async fn build(self) -> Result<Rialto, BuildError> {
        let mut targets = HashMap::new();
        let mut addresses = BTreeMap::new();
        let mut schemas = Vec::new();
        for (name, known) in self.subgraphs {
            let target = match known.way {
                Some(Way::Target(target)) => Some(target),
                Some(Way::Url(url)) => Some(reached(&name, &url, &mut addresses)?),
                None => None,
            };
            if let Some(target) = target {
                targets.insert(name.clone(), reach::with_headers(target, known.headers));
            }
            schemas.push((name, known.sdl));
        }
        let names: Vec<_> = schemas.iter().map(|(name, _)| name.clone()).collect();
        let is_given = self.supergraph.is_some();
        let supergraph = match self.supergraph {
            Some(sdl) => sdl,
            None => composed(schemas, &targets, &addresses, self.patience).await?,
        };
        let graph = Supergraph::parse(&supergraph)?;
        if is_given && graph.root(OperationType::Subscription).is_some() {
            // Composing has told of it otherwise.
            tracing::warn!("the supergraph has subscriptions, which are not served yet");
        }
        let known = || graph.subgraphs.iter().map(|known| &*known.name);
        if let Some(name) = names.into_iter().find(|name| !known().any(|known| known == name)) {
            return Err(BuildError::Unknown { name, known: known().collect::<Vec<_>>().join(", ") });
        }
        for subgraph in &graph.subgraphs {
            if targets.contains_key(&*subgraph.name) {
                continue;
            }
            if subgraph.url.is_empty() {
                return Err(BuildError::NoAddress(subgraph.name.to_string()));
            }
            let target = reached(&subgraph.name, &subgraph.url, &mut addresses)?;
            targets.insert(subgraph.name.to_string(), target);
        }
        let engine = Arc::new(Engine::over(graph, &targets, self.engine)?);
        let door = Door::new(engine.clone(), self.auth, self.door);
        Ok(Rialto { engine, door, supergraph, addresses })
    }
}

fn reached(name: &str, url: &str, addresses: &mut BTreeMap<String, String>) -> Result<SubgraphTarget, BuildError> {
    let target = reach::at(url).map_err(|error| BuildError::Address { name: name.to_owned(), error })?;
    addresses.insert(name.to_owned(), url.to_owned());
    Ok(target)
}

/// Composes the subgraphs, of which those are asked, all at once, whose SDL nobody gave.
async fn composed(
    schemas: Vec<(String, Option<String>)>,
    targets: &HashMap<String, SubgraphTarget>,
    addresses: &BTreeMap<String, String>,
    patience: Duration,
) -> Result<String, BuildError> {
    if schemas.is_empty() {
        return Err(BuildError::Nothing);
    }
    let asking = schemas.into_iter().map(|(name, sdl)| async move {
        let url = addresses.get(&name).cloned();
        let sdl = match (sdl, targets.get(&name)) {
            (Some(sdl), Some(_)) => sdl,
            (None, Some(target)) => ask::sdl_within(patience, &name, target).await.map_err(|error| {
                let address = url.clone().unwrap_or_else(|| IN_PROCESS.to_owned());
                BuildError::Unasked { name: name.clone(), address, error }
            })?,
            (_, None) => return Err(BuildError::NoAddress(name)),
        };
        Ok(compose::Subgraph { name, url: url.unwrap_or_default(), sdl })
    });
    let subgraphs = try_join_all(asking).await?;
    let composed = compose(&subgraphs).map_err(BuildError::Composition)?;
    for hint in composed.hints.iter().filter(|hint| hint.is_warning()) {
        tracing::warn!("{hint}");
    }
    Ok(composed.supergraph_sdl)
}
