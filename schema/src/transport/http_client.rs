//! Calls a service over HTTP/1.1 (or HTTPS), with pooled connections, a time limit and a size limit.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use http::Uri;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::{Request, Response, Transport, TransportError};

/// One origin (`http://host:port`), reached over the network.
#[derive(Clone)]
pub struct HttpTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    origin: Uri,
    timeout: Duration,
    max_response: usize,
}

/// The address is not an absolute `http` or `https` URL.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an http:// or https:// address")]
pub struct InvalidOrigin(String);

impl HttpTransport {
    /// The default time for a whole call.
    pub const TIMEOUT: Duration = Duration::from_secs(15);
    /// The default bound of a response, in bytes.
    pub const MAX_RESPONSE: usize = 64 * 1024 * 1024;

    /// Calls `origin`, whose path (if any) is ignored: the request says which one.
    pub fn new(origin: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(origin.to_owned());
        let origin: Uri = origin.trim().parse().map_err(|_| invalid())?;
        if origin.authority().is_none() || !matches!(origin.scheme_str(), Some("http" | "https")) {
            return Err(invalid());
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(Duration::from_secs(3)));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(30)).build(connector);
        Ok(Self { client, origin, timeout: Self::TIMEOUT, max_response: Self::MAX_RESPONSE })
    }

    /// Replaces the time limit of a whole call.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Replaces the bound of a response, in bytes.
    #[must_use]
    pub fn with_max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }

    async fn call(self, mut request: Request) -> Result<Response, TransportError> {
        let mut parts = self.origin.into_parts();
        parts.path_and_query = request.uri().path_and_query().cloned();
        *request.uri_mut() = Uri::from_parts(parts).map_err(unreachable)?;
        let response = self.client.request(request.map(Full::new)).await.map_err(unreachable)?;
        let (head, body) = response.into_parts();
        let limit = self.max_response;
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { TransportError::TooLarge { limit } } else { unreachable(error) }
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let this = self.clone();
        async move {
            tokio::time::timeout(this.timeout, this.clone().call(request)).await.map_err(|_| TransportError::Timeout)?
        }
        .boxed()
    }
}

/// The whole chain of causes: "client error (Connect)" alone helps nobody.
fn unreachable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    let error = error.into();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    TransportError::Unreachable(text)
}
