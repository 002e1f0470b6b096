//! A subgraph as a process of its own: listening, ready, and ending when told to.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use runtime::{
    output::announce,
    server::{self, Shutdown},
    signals::stop_signal,
};

use super::{Subgraph, health};
use crate::data::watch::lost;

/// Serves `subgraph` on `listen` until SIGTERM or Ctrl-C, prints a line when it is ready, and ends as `shutdown` says, its
/// workers after the last request. An address that is taken is an error of one line, and so is the end of a process whose
/// database has lost its file: requests that are running are not waited for then, because what they write is lost.
pub async fn serve(subgraph: Subgraph, listen: SocketAddr, shutdown: Shutdown) -> anyhow::Result<()> {
    let Subgraph { name, app, background, .. } = subgraph;
    let listener = server::listen(listen).await?;
    let (address, signal) = (listener.local_addr()?, stop_signal()?);
    let ending = Arc::new(AtomicBool::new(false));
    let app = app.layer(from_fn_with_state(ending.clone(), unready_at_the_end));
    let mut failure = None;
    let stop = async {
        let times = tokio::select! {
            () = signal => shutdown,
            lost = lost() => {
                failure = Some(lost);
                Shutdown { delay: Duration::ZERO, drain: Duration::ZERO }
            }
        };
        ending.store(true, Ordering::Relaxed);
        tracing::info!("ending");
        times
    };
    announce(format_args!("{name} is ready at http://{address}/graphql"));
    server::serve(listener, app, None, stop).await;
    background.shutdown().await;
    failure.map_or(Ok(()), |lost| Err(lost.into()))
}

/// Says that the subgraph is not ready as soon as it has been told to end, so that nobody is sent there any more.
async fn unready_at_the_end(State(ending): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    if ending.load(Ordering::Relaxed) && request.uri().path() == health::READY {
        return health::unready("the process is ending");
    }
    next.run(request).await
}
