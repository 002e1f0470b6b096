//! What a router answers before it has anything to serve: that it lives, and that it is not ready.
//!
//! A router may wait for its subgraphs for a minute. Probes that met a closed port, or one where nobody answers, would have
//! the process restarted meanwhile.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use axum::{
    Json, Router,
    body::Body,
    extract::Request,
    middleware,
    response::{IntoResponse as _, Response},
    routing::{future::RouteFuture, get},
};
use bytes::Bytes;
use http::{StatusCode, header::RETRY_AFTER};
use serde_json::json;
use tower::Service;

use super::{health, identify_request, refusal::Refusal, refuse};

/// The service behind a socket from the first moment on: it becomes the router's own app once that exists.
#[derive(Clone)]
pub struct Startup {
    starting: Router,
    app: Arc<OnceLock<Router>>,
}

impl Default for Startup {
    fn default() -> Self {
        let starting = Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(not_ready))
            .fallback(async |request: Request| refuse(&request, Refusal::starting()))
            .layer(middleware::from_fn(identify_request));
        Self { starting, app: Arc::default() }
    }
}

impl Startup {
    /// Serves `app` from now on. A second call changes nothing.
    pub fn complete(&self, app: Router) {
        let _ = self.app.set(app);
    }

    /// Whether there is an app.
    pub fn is_complete(&self) -> bool {
        self.app.get().is_some()
    }
}

async fn not_ready() -> Response {
    let body = Json(json!({ "status": "not ready", "subgraphs": {} }));
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], body).into_response()
}

impl<B> Service<http::Request<B>> for Startup
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        self.app.get().unwrap_or(&self.starting).clone().call(request.map(Body::new))
    }
}
