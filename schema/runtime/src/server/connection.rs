//! One connection from its first byte to its last.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_TYPE},
};
use http_body_util::{Either, Full};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{net::TcpStream, time::timeout};
use tower::Service;

use super::{DrainToken, Peer, Server, host};

/// The time in which a request's head must have arrived, and for which an idle connection is kept.
const IDLE: Duration = Duration::from_mins(1);
/// The most requests that one connection of HTTP/2 may have open at once.
const MAX_STREAMS: u32 = 128;
/// The most bytes of a request's head in HTTP/2.
const MAX_HEAD: u32 = 64 * 1024;
/// After this long without a word from a client of HTTP/2 it is asked whether it is still there.
const PING_AFTER: Duration = Duration::from_secs(20);

/// What a client of HTTP/2 begins with (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

type Reply<B> = Response<Either<B, Full<Bytes>>>;

/// Serves `stream` until either side ends it.
pub(super) async fn serve<S, B>(stream: TcpStream, peer: SocketAddr, app: S, server: Server)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let _ = stream.set_nodelay(true);
    let mut closed = server.closed.clone();
    let closing = async move {
        let _ = closed.wait_for(|closed| *closed).await;
    };
    let mut closing = pin!(closing);
    let speaks_http2 = tokio::select! {
        begun = timeout(IDLE, begins_with_preface(&stream)) => match begun {
            Ok(Ok(speaks)) => speaks,
            Ok(Err(_)) | Err(_) => return,
        },
        () = closing.as_mut() => return,
    };
    let handler = Handler { app, peer, server: server.clone(), token: DrainToken { _alive: Arc::new(server.alive) } };
    let requests = Arc::new(AtomicU64::new(0));
    let counter = requests.clone();
    let service = service_fn(move |request| handler.handle(request, &counter));
    let io = TokioIo::new(stream);
    let ended = if speaks_http2 {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEAD)
            .keep_alive_interval(PING_AFTER)
            .keep_alive_timeout(PING_AFTER);
        let mut connection = pin!(builder.serve_connection(io, service));
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = closing => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = idle(&requests) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    } else {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(IDLE);
        let mut connection = pin!(builder.serve_connection(io, service));
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = closing => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}

/// Whether the client begins with the preface of HTTP/2. Nothing is taken from the stream. HTTP/1 is known by its first
/// bytes; a preface that arrives in pieces, which no client sends in earnest, is looked at again in a moment.
async fn begins_with_preface(stream: &TcpStream) -> io::Result<bool> {
    let mut seen = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut seen).await?;
        if length == 0 || seen[..length] != PREFACE[..length] {
            return Ok(false);
        }
        if length == PREFACE.len() {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Completes when no request was begun, and none is open, for a while. `requests` counts in its lower half those that are
/// open, and in its upper half those that were begun.
async fn idle(requests: &AtomicU64) {
    let mut seen = requests.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(IDLE).await;
        let now = requests.load(Ordering::Relaxed);
        if now == seen && now & u64::from(u32::MAX) == 0 {
            return;
        }
        seen = now;
    }
}

/// A request that was begun and one that is open.
const REQUEST: u64 = (1 << 32) | 1;

/// Answers the requests of one connection.
struct Handler<S> {
    app: S,
    peer: SocketAddr,
    server: Server,
    token: DrainToken,
}

impl<S, B> Handler<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    fn handle(
        &self,
        mut request: Request<Incoming>,
        requests: &Arc<AtomicU64>,
    ) -> impl Future<Output = Result<Reply<B>, Infallible>> + Send + 'static + use<S, B> {
        let (version, ending) = (request.version(), self.server.ending.clone());
        let answer = if host::is_wrong(version, request.headers()) {
            None
        } else {
            request.extensions_mut().insert(Peer(self.peer.ip()));
            request.extensions_mut().insert(self.token.clone());
            Some(self.app.clone().call(request))
        };
        let open = Open::new(requests.clone());
        async move {
            let mut response = match answer {
                Some(answer) => answer.await.unwrap_or_else(|never| match never {}).map(Either::Left),
                None => wrong_host(),
            };
            if version <= Version::HTTP_11 && ending.load(Ordering::Relaxed) {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            drop(open);
            Ok(response)
        }
    }
}

/// Counts a request while it is being answered.
struct Open(Arc<AtomicU64>);

impl Open {
    fn new(requests: Arc<AtomicU64>) -> Self {
        requests.fetch_add(REQUEST, Ordering::Relaxed);
        Self(requests)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Refuses a request that does not say, or says twice, whom it is for. What follows it on the connection may be anything.
fn wrong_host<B>() -> Reply<B> {
    const BODY: &str =
        r#"{"errors":[{"message":"A request needs exactly one Host.","extensions":{"code":"BAD_USER_INPUT"}}]}"#;
    let mut response = Response::new(Either::Right(Full::from(BODY)));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
