//! A subgraph as a process of its own: listening, ready, and ending when told to.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use tokio::{net::TcpListener, sync::watch};

use super::Subgraph;

/// How long requests that are being answered may hold up the end of the process.
const GRACE: Duration = Duration::from_secs(10);

/// Serves `subgraph` on `listen` until SIGTERM or Ctrl-C, prints a line when it is ready, and ends its workers after the
/// last request. An address that is taken is an error of one line.
pub async fn serve(subgraph: Subgraph, listen: SocketAddr) -> anyhow::Result<()> {
    let Subgraph { name, app, background, .. } = subgraph;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let mut ending = end_of_process()?;
    // Answers are small and whole: waiting to fill a packet would only add delay.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let mut told = ending.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        let _ = told.wait_for(|end| *end).await;
    });
    println!("{name} is ready at http://{address}/graphql");
    tokio::select! {
        result = serving.into_future() => result?,
        () = async {
            let _ = ending.wait_for(|end| *end).await;
            tokio::time::sleep(GRACE).await;
        } => tracing::warn!("requests are abandoned: they did not end in time"),
    }
    background.shutdown().await;
    Ok(())
}

/// Turns true at SIGTERM or Ctrl-C. The handlers stand when this returns.
fn end_of_process() -> anyhow::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        sender.send_replace(true);
    });
    Ok(receiver)
}
