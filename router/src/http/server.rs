//! Sockets: accepts connections, serves each, and ends them all in an orderly way.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower::Service as _;

use super::{Peer, workers::Workers};

/// The time in which a request's head must have arrived, and for which an idle connection is kept.
const HEAD_PATIENCE: Duration = Duration::from_mins(1);

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
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address).await.map_err(|error| ListenError { address, error })
}

/// Serves `app` until `stop` completes, then answers what has been asked already, for at most `drain`. Connections are
/// dealt to `workers`, or stay on the runtime that calls.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    workers: Option<&Workers>,
    stop: impl Future<Output = ()>,
    drain: Duration,
) {
    let (stopping, watch_stop) = watch::channel(false);
    let (done, watch_done) = watch::channel(());
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let (app, stop, alive) = (app.clone(), watch_stop.clone(), watch_done.clone());
                    let serve = async move |stream| {
                        connection(stream, peer, app, stop).await;
                        drop(alive);
                    };
                    match workers {
                        None => drop(tokio::spawn(serve(stream))),
                        Some(workers) => {
                            let dealt = workers.spawn(stream, serve);
                            dealt.unwrap_or_else(|error| tracing::error!(%error, "a connection was lost"));
                        }
                    }
                }
                Err(error) => endure(&error).await,
            }
        }
    };
    tokio::select! {
        () = stop => {}
        () = accept => {}
    }
    drop((listener, watch_stop, watch_done));
    let _ = stopping.send(true);
    if tokio::time::timeout(drain, done.closed()).await.is_err() {
        tracing::warn!("some requests were still being worked on after {} s and are abandoned", drain.as_secs());
    }
}

/// A client that went away before it was accepted costs nothing; a process out of file descriptors must wait.
async fn endure(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be accepted");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, mut stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        let response = app.clone().call(request.map(Body::new));
        async move { Ok::<_, Infallible>(response.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    let stopping = async move {
        let _ = stop.wait_for(|stopping| *stopping).await;
    };
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}

/// A future that completes when whoever runs the process wants it to end: Ctrl-C, or SIGTERM. Signals are heard from this
/// call on, not only when the future is first polled.
#[cfg(unix)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// A future that completes when whoever runs the process wants it to end: Ctrl-C.
#[cfg(windows)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}
