//! The door: HTTP in, HTTP out.
//!
//! `/graphql` speaks GraphQL over HTTP (and shows GraphiQL to browsers), `/health/*` tells whoever runs the router how it
//! is, and what a configuration names as [`Proxy`] is passed on. The door knows limits, media types and statuses; it
//! refuses to know what an operation means or which subgraphs there are.

mod access;
mod body;
mod compression;
mod cookies;
mod cors;
mod graphiql;
mod graphql;
mod health;
pub mod media;
mod parameters;
mod proxy;
pub mod refusal;
mod startup;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use http::{HeaderName, HeaderValue, header::HOST};
pub use runtime::server::{self, Peer};
use schema::service::REQUEST_ID_HEADER;
use tokio::sync::Semaphore;

use self::{compression::CompressedFiles, media::Media, refusal::Refusal};
pub use self::{
    cors::{InvalidCorsOrigin, Origin},
    graphiql::{GraphiqlConfig, InvalidGraphiqlConfig},
    health::Probe,
    proxy::{InvalidBase, InvalidPrefix, Proxy},
    startup::Startup,
};
use crate::{
    auth::{Auth, RequestId},
    cookies::CookieOwner,
    engine::Engine,
};

/// What the door may be told.
#[derive(Clone)]
pub struct DoorSettings {
    /// The longest body of a GraphQL request, in bytes.
    pub body_limit: usize,
    /// The longest body that is passed on to a proxied path, in bytes.
    pub proxy_body_limit: usize,
    /// How many requests are worked on at once; more are refused with 503.
    pub max_in_flight: usize,
    /// How many requests are passed on to proxied paths at once; more are refused with 503.
    pub max_proxied: usize,
    /// The time for a request to a proxied path, from its head to the end of the response's body.
    pub proxy_timeout: Duration,
    /// The longest time in which nothing of a request's body arrives.
    pub body_idle: Duration,
    /// How many operations a batch may have; with 0, batches are refused.
    pub max_batch: usize,
    /// Whether responses are compressed for clients that ask for it.
    pub compress: bool,
    /// Whose pages may call from a browser. Those that are named may have [`cookies`](Self::cookies).
    pub cors_origins: Vec<Origin>,
    /// The origin at which clients find the router, for where a proxy in front of it sends another `Host`. Its pages may have
    /// cookies.
    pub public_origin: Option<Origin>,
    /// The cookies that browsers may show, each to the one subgraph that it belongs to. Without any, none is ever read or set.
    pub cookies: Vec<CookieOwner>,
    /// Paths that somebody else answers.
    pub proxies: Vec<Proxy>,
    /// Whose readiness is asked for where the router's is.
    pub probes: Vec<Probe>,
    /// What GraphiQL opens with, and where answers carry tokens: a [`GraphiqlConfig`] as JSON.
    pub graphiql: Option<String>,
    /// The public keys of the router's own service tokens, as a JWK set.
    pub service_keys: Option<serde_json::Value>,
}

impl Default for DoorSettings {
    fn default() -> Self {
        Self {
            body_limit: 1024 * 1024,
            proxy_body_limit: 16 * 1024 * 1024,
            max_in_flight: 1024,
            max_proxied: 256,
            proxy_timeout: Duration::from_mins(10),
            body_idle: Duration::from_secs(15),
            max_batch: 0,
            compress: true,
            cors_origins: Vec::new(),
            public_origin: None,
            cookies: Vec::new(),
            proxies: Vec::new(),
            probes: Vec::new(),
            graphiql: None,
            service_keys: None,
        }
    }
}

/// Everything that a request meets before the engine.
pub struct Door {
    engine: Arc<Engine>,
    auth: Auth,
    settings: DoorSettings,
    places: Arc<Semaphore>,
    /// Permits of requests to proxied paths, whose bodies may take long.
    proxied: Arc<Semaphore>,
    closing: AtomicBool,
    probes: health::Probes,
    files: CompressedFiles,
}

/// The path of the public keys that other processes check the router's service tokens with.
pub const SERVICE_KEYS_PATH: &str = "/.well-known/service-jwks.json";

impl Door {
    /// A door in front of `engine`.
    pub fn new(engine: Arc<Engine>, auth: Auth, settings: DoorSettings) -> Arc<Self> {
        if !settings.cookies.is_empty() && settings.cors_origins.contains(&Origin::Any) {
            tracing::warn!("pages of every origin may call, so only the router's own pages can have cookies");
        }
        let permits = |number: usize| Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)));
        Arc::new(Self {
            engine,
            auth,
            places: permits(settings.max_in_flight),
            proxied: permits(settings.max_proxied),
            settings,
            closing: AtomicBool::new(false),
            probes: health::Probes::default(),
            files: CompressedFiles::default(),
        })
    }

    /// What stands behind the door.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Says from now on that the router is not ready, so that nobody sends new clients.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// All that the router serves, as one tower service.
    pub fn app(self: &Arc<Self>) -> Router {
        let mut app = Router::new().route("/graphql", any(graphql::handle));
        for proxy in &self.settings.proxies {
            let handler = any(proxy::handle).with_state((self.clone(), proxy.clone()));
            app = app.route(&proxy.prefix, handler.clone());
            app = app.route(&format!("{}/{{*rest}}", proxy.prefix), handler);
        }
        let app = app
            .route("/graphql/assets/{name}", get(graphiql::asset))
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .route(SERVICE_KEYS_PATH, get(service_keys))
            .fallback(nothing_here)
            .with_state(self.clone());
        cors::layer(app, &self.settings.cors_origins, !self.settings.cookies.is_empty())
            .layer(middleware::from_fn(identify_request))
    }
}

/// Gives every request a host and an id, and every response the same.
async fn identify_request(mut request: Request, next: Next) -> Response {
    // HTTP/2 names the host elsewhere (RFC 9113, section 8.3.1).
    if let Some(authority) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().entry(HOST).or_insert(host);
    }
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID_HEADER, id.header());
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    response
}

async fn nothing_here(request: Request) -> Response {
    graphiql::lead(&request).unwrap_or_else(|| refuse(&request, Refusal::not_found()))
}

async fn service_keys(State(door): State<Arc<Door>>, request: Request) -> Response {
    match &door.settings.service_keys {
        Some(keys) => axum::Json(keys).into_response(),
        None => refuse(&request, Refusal::not_found()),
    }
}

/// A refusal outside of GraphQL; the same words in plain JSON.
fn refuse(request: &Request, refusal: Refusal) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_else(RequestId::new);
    let media = match media::wanted(request.headers()) {
        Some(media::Wanted::Response(media)) => media,
        _ => Media::Json,
    };
    refusal.into_response(media, &id)
}
