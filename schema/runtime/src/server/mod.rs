//! Sockets: accepts connections, serves each, and ends them all in an orderly way.
//!
//! HTTP/1.1, and HTTP/2 by prior knowledge, in clear text. A server ends in three steps. When it is told to, it goes on
//! but lets no connection be kept, so that whoever asks for its readiness has time to learn of its end; then it stops
//! listening; then it waits for what is still being done, whether anybody waits for the answer or not.

mod connection;
mod descriptors;
mod host;
mod places;
#[cfg(test)]
mod tests;
mod workers;

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::{net::TcpListener, sync::watch};
use tower::Service;

use self::places::Places;
pub use self::workers::Workers;
use crate::log::Throttle;

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {}", reason(.error))]
pub struct ListenError {
    address: SocketAddr,
    error: io::Error,
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "the port is already taken".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => "not allowed (ports below 1024 need rights)".to_owned(),
        _ => error.to_string(),
    }
}

/// Takes `address`.
///
/// # Errors
/// If somebody else has it, or nobody can.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| ListenError { address, error })
}

/// The address at the other end of the socket, in the extensions of each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// A place among what the end of a server waits for, in the extensions of each request. A task that outlives its request
/// keeps a clone.
#[derive(Clone, Debug)]
pub struct DrainToken {
    _alive: Arc<watch::Receiver<()>>,
}

/// How long a server takes to end.
#[derive(Clone, Copy, Debug)]
pub struct Shutdown {
    /// How long it still listens after it has been told to end.
    pub delay: Duration,
    /// How long it waits after that for what is still being done.
    pub drain: Duration,
}

impl Default for Shutdown {
    /// No delay, and 35 seconds for what is being done: longer than an operation may take.
    fn default() -> Self {
        Self { delay: Duration::ZERO, drain: Duration::from_secs(35) }
    }
}

/// What a server may have at once.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many connections are open; when all are taken, idle ones are closed for new ones. Never more than half of the
    /// process's file descriptors: the others are for what is done for those who are connected.
    pub max_connections: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { max_connections: 10_000 }
    }
}

/// What all connections of a server know of it.
#[derive(Clone)]
struct Server {
    /// Whether it has been told to end.
    ending: Arc<AtomicBool>,
    /// Turns true when it no longer listens.
    closed: watch::Receiver<bool>,
    /// Kept by whoever must be waited for.
    alive: watch::Receiver<()>,
}

/// Serves `app` on `listener`, within `bounds`, until `stop` completes, and ends as that says. Connections are dealt to
/// `workers`, or stay on the runtime that calls.
pub async fn serve<S, B>(
    listener: TcpListener,
    app: S,
    workers: Option<&Workers>,
    bounds: Bounds,
    stop: impl Future<Output = Shutdown>,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (close, closed) = watch::channel(false);
    let (done, alive) = watch::channel(());
    let server = Server { ending: Arc::new(AtomicBool::new(false)), closed, alive };
    let ending = server.ending.clone();
    let half = descriptors::raise().map_or(usize::MAX, |descriptors| descriptors / 2);
    let places = Places::new(bounds.max_connections.min(half));
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let place = places.take().await;
                    let (server, app) = (server.clone(), app.clone());
                    let serve = async move |stream| connection::serve(stream, peer, app, server, place).await;
                    match workers {
                        None => drop(tokio::spawn(serve(stream))),
                        Some(workers) => {
                            let dealt = workers.spawn(stream, serve);
                            dealt.unwrap_or_else(|error| tracing::error!(%error, "a connection was lost"));
                        }
                    }
                }
                Err(error) => endure(&error, &places).await,
            }
        }
    };
    let stop = async {
        let Shutdown { delay, drain } = stop.await;
        ending.store(true, Ordering::Relaxed);
        tokio::time::sleep(delay).await;
        drain
    };
    let drain = tokio::select! {
        drain = stop => drain,
        never = accept => never,
    };
    drop((listener, server));
    let _ = close.send(true);
    if tokio::time::timeout(drain, done.closed()).await.is_err() {
        tracing::warn!("some requests were still being worked on after {} s and are abandoned", drain.as_secs());
    }
}

/// A client that went away before it was accepted costs nothing. A process out of file descriptors closes what is idle, and
/// waits.
async fn endure(error: &io::Error, places: &Places) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    static REFUSED: Throttle = Throttle::new();
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    if let Some(held_back) = REFUSED.admit("") {
        tracing::error!(%error, held_back, "no connection can be accepted");
    }
    let has_room = places.close_idle();
    tokio::time::sleep(Duration::from_millis(if has_room { 20 } else { 1000 })).await;
}
