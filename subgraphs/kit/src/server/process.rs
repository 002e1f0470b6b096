//! A subgraph as a process of its own: listening, ready, and ending when told to.

use std::time::Duration;

use runtime::{
    output::announce,
    server::{self, Shutdown},
    signals::stop_signal,
};
use tokio::sync::oneshot;

use super::Subgraph;
use crate::{cli::ProcessArgs, data::watch::lost};

/// Serves `subgraph` as `process` says, on `port` unless it names another address, until SIGTERM or Ctrl-C; prints a line when
/// it is ready, and says that it is not as soon as it was told to end. Its workers end while the last requests are answered, so
/// that a process which waits for both needs no longer than for one; what they leave is in the database, for the next
/// process. An address that is taken is an error of one line, and so is the end of a process whose database has lost its
/// file: requests that are running are not waited for then, because what they write is lost.
pub async fn serve(subgraph: Subgraph, process: &ProcessArgs, port: u16) -> anyhow::Result<()> {
    let Subgraph { name, app, background, health, database } = subgraph;
    health.set_min_free(process.health.min_free_bytes);
    let listener = server::listen(process.listen_or(port)).await?;
    let (address, signal) = (listener.local_addr()?, stop_signal()?);
    let mut failure = None;
    let (end_workers, workers_end) = oneshot::channel();
    let stop = async {
        let times = tokio::select! {
            () = signal => process.shutdown.times(),
            lost = lost() => {
                failure = Some(lost);
                Shutdown { delay: Duration::ZERO, drain: Duration::ZERO }
            }
        };
        health.end();
        tracing::info!("ending");
        let _ = end_workers.send(());
        times
    };
    let workers = async {
        let _ = workers_end.await;
        background.shutdown().await;
    };
    announce(format_args!("{name} is ready at http://{address}/graphql"));
    tracing::info!(subgraph = name, %address, "ready");
    tokio::join!(server::serve(listener, app, None, process.connections.bounds(), stop), workers);
    database.close().await;
    failure.map_or(Ok(()), |lost| Err(lost.into()))
}
