//! What a router is made of, and how it is made.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use apollo_compiler::ast::OperationType;
use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue};
use schema::transport::{self, Authorities, InProcess, redacted};
use tokio::sync::watch;
use tower::{BoxError, Service};

use super::{BuildError, CompositionErrors, Rialto, Unasked, UnaskedSubgraphs, ask, reach};
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
    authorities: Authorities,
    /// The first subgraph of which something was said twice.
    duplicate: Option<String>,
}

/// What was said of one subgraph.
#[derive(Default)]
struct Known {
    way: Option<Way>,
    sdl: Option<String>,
    headers: HeaderMap,
    shared: bool,
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

    /// A subgraph that runs elsewhere, by the URL of its GraphQL endpoint. Credentials in the URL are sent as Basic
    /// credentials with requests whose client sent none. Equal reads that are under way at the same time are one request
    /// ([`EngineSettings::share`]).
    pub fn subgraph_at(self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.reached(name.into(), Way::Url(url.into()))
    }

    /// A subgraph that is reached in a way of your own.
    pub fn subgraph_by(self, name: impl Into<String>, target: SubgraphTarget) -> Self {
        self.reached(name.into(), Way::Target(target))
    }

    /// A subgraph's SDL. Without it the subgraph is asked.
    pub fn schema(mut self, name: impl Into<String>, sdl: impl Into<String>) -> Self {
        let name = name.into();
        if self.known(&name).sdl.replace(sdl.into()).is_some() {
            self.duplicate.get_or_insert(name);
        }
        self
    }

    /// Lets equal reads of a subgraph that are under way at the same time be one request, although it is a service (or
    /// reached in a way) of this process.
    ///
    /// Say so only if its answers depend on nothing but the request's body, its `Authorization` header and its
    /// [`Caller`](schema::Caller): neither on task-locals, nor on headers that a layer around it adds, nor on anything
    /// else that may differ between two clients. Otherwise one client gets the other's answer.
    pub fn share(mut self, name: impl Into<String>) -> Self {
        self.known(&name.into()).shared = true;
        self
    }

    /// Certificate authorities that are trusted when subgraphs are called by an `https` URL; otherwise those of the web.
    pub fn authorities(mut self, authorities: Authorities) -> Self {
        self.authorities = authorities;
        self
    }

    /// A header that every request to a subgraph carries, such as the key that it wants to see.
    pub fn header(mut self, name: impl Into<String>, header: HeaderName, value: HeaderValue) -> Self {
        self.known(&name.into()).headers.insert(header, value);
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

    fn known(&mut self, name: &str) -> &mut Known {
        self.subgraphs.entry(name.to_owned()).or_default()
    }

    fn reached(mut self, name: String, way: Way) -> Self {
        if self.known(&name).way.replace(way).is_some() {
            self.duplicate.get_or_insert(name);
        }
        self
    }

    /// Asks, composes and assembles.
    pub async fn build(self) -> Result<Rialto, BuildError> {
        if let Some(name) = self.duplicate {
            return Err(BuildError::Duplicate(name));
        }
        if let Some(name) = self.subgraphs.keys().find(|name| !is_name(name)) {
            return Err(BuildError::Name(name.clone()));
        }
        let mut targets = HashMap::new();
        let mut addresses = BTreeMap::new();
        let mut schemas = Vec::new();
        for (name, known) in self.subgraphs {
            let target = match known.way {
                Some(Way::Target(target)) => Some(target),
                Some(Way::Url(url)) => Some(reached(&name, &url, &self.authorities, &mut addresses)?),
                None => None,
            };
            if let Some(target) = target {
                targets.insert(name.clone(), reach::configured(target, known.headers, known.shared));
            }
            schemas.push((name, known.sdl));
        }
        let owners = self.door.cookies.iter().map(|owner| &owner.subgraph);
        let names: Vec<_> = schemas.iter().map(|(name, _)| name).chain(owners).cloned().collect();
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
            let target = reached(&subgraph.name, &subgraph.url, &self.authorities, &mut addresses)?;
            targets.insert(subgraph.name.to_string(), target);
        }
        let engine = Arc::new(Engine::over(graph, &targets, self.engine)?);
        let door = Door::new(engine.clone(), self.auth, self.door);
        Ok(Rialto { engine, door, supergraph, addresses })
    }
}

/// Whether a subgraph may be called so. A name stands in logs, errors, supergraphs and configurations.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    name.chars().count() <= 64 && !name.is_empty() && !name.starts_with(['-', '.']) && name.chars().all(is_letter)
}

fn reached(
    name: &str,
    url: &str,
    authorities: &Authorities,
    addresses: &mut BTreeMap<String, String>,
) -> Result<SubgraphTarget, BuildError> {
    let target =
        reach::at_with(url, authorities).map_err(|error| BuildError::Address { name: name.to_owned(), error })?;
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
    if let Some((name, _)) = schemas.iter().find(|(name, _)| !targets.contains_key(name)) {
        return Err(BuildError::NoAddress(name.clone()));
    }
    let given_up = watch::Sender::new(false);
    let asking = schemas.into_iter().map(|(name, sdl)| async {
        let url = addresses.get(&name);
        let sdl = match sdl {
            Some(sdl) => Ok(sdl),
            None => ask::sdl_within(patience, &name, &targets[&name], &given_up).await,
        };
        match sdl {
            Ok(sdl) => Ok(compose::Subgraph { name, url: url.cloned().unwrap_or_default(), sdl }),
            Err(error) => {
                let address = url.map_or_else(|| IN_PROCESS.to_owned(), |url| redacted(url));
                Err(Unasked { name, address, error })
            }
        }
    });
    let (mut subgraphs, mut unasked) = (Vec::new(), Vec::new());
    for asked in join_all(asking).await {
        match asked {
            Ok(subgraph) => subgraphs.push(subgraph),
            Err(error) => unasked.push(error),
        }
    }
    if !unasked.is_empty() {
        return Err(BuildError::Unasked(UnaskedSubgraphs(unasked)));
    }
    let composed = compose(&subgraphs).map_err(|errors| BuildError::Composition(CompositionErrors(errors)))?;
    for hint in composed.hints.iter().filter(|hint| hint.is_warning()) {
        tracing::warn!("{hint}");
    }
    Ok(composed.supergraph_sdl)
}
