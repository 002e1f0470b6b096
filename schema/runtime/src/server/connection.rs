//! One connection from its first byte to its last.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
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

use super::{
    DrainToken, Peer, Server, host,
    places::{Place, Use},
};

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
pub(super) async fn serve<S, B>(stream: TcpStream, peer: SocketAddr, app: S, server: Server, place: Place)
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
        () = place.connection().must_leave() => return,
    };
    let connected = place.connection().clone();
    let token = DrainToken { _alive: Arc::new(server.alive.clone()) };
    let handler = Handler { app, peer, server, token, place };
    let service = service_fn(move |request| handler.handle(request));
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
            () = connected.idle_for(IDLE) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = connected.must_leave() => {
                connection.as_mut().graceful_shutdown();
                leave(connection, &connected).await
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
            () = connected.must_leave() => {
                connection.as_mut().graceful_shutdown();
                leave(connection, &connected).await
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

/// Ends a connection whose place is needed: at once if it never said anything, else when what was begun is answered to its
/// last byte.
async fn leave<C>(connection: Pin<&mut C>, connected: &Use) -> hyper::Result<()>
where
    C: Future<Output = hyper::Result<()>>,
{
    if connected.has_spoken() { connection.await } else { Ok(()) }
}

/// Answers the requests of one connection.
struct Handler<S> {
    app: S,
    peer: SocketAddr,
    server: Server,
    token: DrainToken,
    place: Place,
}

impl<S, B> Handler<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    fn handle(
        &self,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Result<Reply<B>, Infallible>> + Send + 'static + use<S, B> {
        let (version, ending) = (request.version(), self.server.ending.clone());
        let answer = if host::is_wrong(version, request.headers()) {
            None
        } else {
            request.extensions_mut().insert(Peer(self.peer.ip()));
            request.extensions_mut().insert(self.token.clone());
            Some(self.app.clone().call(request))
        };
        let open = self.place.begin_request();
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
