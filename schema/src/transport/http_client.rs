//! Calls a service over HTTP/1.1 (or HTTPS), with kept connections.

mod resolver;

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::{body::Incoming, client::conn::http1};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use tower::Service as _;

use self::resolver::Resolver;
use super::{
    Authorities, Body, InvalidOrigin, Observed, Repeatable, Request, Response, Transport, TransportError,
    address::Address,
    clock_skew,
    error::chain,
    pool::{Connection, Pool},
};

/// One origin (`http://host:port`), reached over the network.
#[derive(Clone)]
pub struct HttpTransport(Arc<Way>);

/// What all clones share.
struct Way {
    connector: HttpsConnector<HttpConnector<Resolver>>,
    origin: Uri,
    host: HeaderValue,
    /// The credentials in the address, for requests that carry none.
    authorization: Option<HeaderValue>,
    pool: Pool,
    /// When an answer's `Date` was last looked at, in seconds since the epoch.
    clock_seen: AtomicI64,
}

/// The time to open a connection to one of the host's addresses, after which the next one is tried.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// For how long an idle connection is kept where the service does not say less.
const IDLE: Duration = Duration::from_secs(30);
/// The most headers of a response.
const MAX_HEADERS: usize = 1024;

impl HttpTransport {
    /// Calls `origin`, whose path (if any) is ignored: the request says which one. Credentials in it are sent as Basic
    /// credentials with requests that have no `Authorization`.
    pub fn new(origin: &str) -> Result<Self, InvalidOrigin> {
        Self::with_authorities(origin, &Authorities::default())
    }

    /// The same, trusting `authorities` where `origin` is an `https` address.
    pub fn with_authorities(origin: &str, authorities: &Authorities) -> Result<Self, InvalidOrigin> {
        Self::resolved_by(origin, authorities, Resolver::system())
    }

    /// The same, at one of the addresses that the name in `origin` has.
    pub(super) fn pinned(origin: &str, authorities: &Authorities, at: SocketAddr) -> Result<Self, InvalidOrigin> {
        Self::resolved_by(origin, authorities, Resolver::Pinned(at))
    }

    fn resolved_by(origin: &str, authorities: &Authorities, resolver: Resolver) -> Result<Self, InvalidOrigin> {
        let Address { mut origin, host, authorization } = Address::parse(origin)?;
        if let Resolver::Pinned(at) = &resolver {
            origin = with_port(&origin, at.port()).unwrap_or(origin);
        }
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.set_nodelay(true);
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_tls_config(authorities.client())
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let clock_seen = AtomicI64::new(0);
        Ok(Self(Arc::new(Way { connector, origin, host, authorization, pool: Pool::new(), clock_seen })))
    }
}

/// The same origin at another port. The name, for which TLS asks, stays.
fn with_port(origin: &Uri, port: u16) -> Option<Uri> {
    let authority = format!("{}:{port}", origin.host()?);
    Uri::builder().scheme(origin.scheme()?.clone()).authority(authority).path_and_query("/").build().ok()
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let way = self.0.clone();
        async move { way.send(request).await }.boxed()
    }

    fn observes(&self) -> Observed {
        Observed::Message
    }
}

impl Way {
    async fn send(self: Arc<Self>, mut request: Request) -> Result<Response, TransportError> {
        let headers = request.headers_mut();
        headers.insert(header::HOST, self.host.clone());
        if let Some(authorization) = &self.authorization
            && !headers.contains_key(header::AUTHORIZATION)
        {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        let (is_whole, asked) = (request.body().whole().is_some(), crate::now());
        // The service may close a kept connection at the moment of asking. What was not sent then is sent on the next
        // connection. What was sent and got no answer is sent once more, on a new connection, if that does no harm
        // (RFC 9112, section 9.3.1).
        while let Some(mut connection) = self.pool.take() {
            if connection.ready().await.is_err() {
                continue;
            }
            let copy = repeatable(&request);
            match connection.try_send_request(request).await {
                Ok(response) => return Ok(self.receive(response, connection, is_whole, asked)),
                Err(mut failed) => match (failed.take_message(), copy) {
                    (Some(unsent), _) => request = unsent,
                    (None, Some(copy)) if is_unanswered(failed.error()) => {
                        request = copy;
                        break;
                    }
                    (None, _) => return Err(unreachable(&failed.into_error())),
                },
            }
        }
        let mut connection = self.connect().await?;
        let response = connection.send_request(request).await.map_err(|error| unreachable(&error))?;
        Ok(self.receive(response, connection, is_whole, asked))
    }

    /// Once per second is enough to know a clock.
    fn look_at_clock(&self, headers: &HeaderMap, asked: i64) {
        let now = crate::now();
        if self.clock_seen.swap(now, Ordering::Relaxed) != now {
            clock_skew::observe(self.host.to_str().unwrap_or_default(), headers, asked, now);
        }
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let connected = self.connector.clone().call(self.origin.clone()).await;
        let stream = connected.map_err(|error| TransportError::Unreachable(chain(&*error)))?;
        let mut builder = http1::Builder::new();
        builder.max_headers(MAX_HEADERS);
        let (connection, driver) = builder.handshake(stream).await.map_err(|error| unreachable(&error))?;
        // An error of the connection reaches whoever waits for its answer.
        tokio::spawn(driver.map(drop));
        Ok(connection)
    }

    fn receive(
        self: Arc<Self>,
        response: http::Response<Incoming>,
        connection: Connection,
        was_whole: bool,
        asked: i64,
    ) -> Response {
        self.look_at_clock(response.headers(), asked);
        let idle = idle(response.headers());
        response.map(|incoming| {
            let kept = Some(Kept { connection, way: self, idle, was_whole });
            Body::received(Received { incoming, kept, is_over: false })
        })
    }
}

/// A copy of a request that may be sent twice.
fn repeatable(request: &Request) -> Option<Request> {
    let may_repeat = request.method().is_safe() || request.extensions().get::<Repeatable>().is_some();
    let body = request.body().whole().filter(|_| may_repeat)?;
    let mut copy = http::Request::new(Body::from(body.clone()));
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(copy)
}

/// Whether the service closed the connection instead of answering.
fn is_unanswered(error: &hyper::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    let io = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    let is_broken = |error: &std::io::Error| {
        matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
    };
    error.is_incomplete_message() || error.is_canceled() || error.is_closed() || io.is_some_and(is_broken)
}

/// For how long a connection is kept: less than the service says (`Keep-Alive: timeout=5`), for the last moment is the
/// one at which both sides act at once.
fn idle(headers: &HeaderMap) -> Duration {
    const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
    let timeout = headers.get(KEEP_ALIVE).and_then(|value| {
        let parameters = value.to_str().ok()?.split(',').filter_map(|parameter| parameter.split_once('='));
        let named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"));
        named.filter_map(|(_, seconds)| seconds.trim().trim_matches('"').parse::<u32>().ok()).min()
    });
    timeout.map_or(IDLE, |seconds| (Duration::from_secs(seconds.into()) * 4 / 5).min(IDLE))
}

fn unreachable(error: &hyper::Error) -> TransportError {
    TransportError::Unreachable(chain(error))
}

/// The body of a response on its way. Read to its end, it gives its connection to the next call.
pub(super) struct Received {
    incoming: Incoming,
    kept: Option<Kept>,
    is_over: bool,
}

/// A connection, and where it goes when its response has been read.
struct Kept {
    connection: Connection,
    way: Arc<Way>,
    idle: Duration,
    /// Whether the request's body was whole. One that is a stream may still be under way when the response is over.
    was_whole: bool,
}

impl HttpBody for Received {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let polled = Pin::new(&mut self.incoming).poll_frame(context);
        match &polled {
            Poll::Ready(None) => self.is_over = true,
            Poll::Ready(Some(Err(_))) => drop(self.kept.take()),
            _ => {}
        }
        polled.map_err(|error| unreachable(&error))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        let Some(Kept { connection, way, idle, was_whole }) = self.kept.take() else { return };
        let is_free = was_whole || connection.is_ready();
        if is_free && (self.is_over || self.incoming.is_end_stream()) {
            way.pool.give_back(connection, idle);
        }
    }
}

#[cfg(test)]
mod tests;
