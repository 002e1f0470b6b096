//! Workers that live beside the requests and end before the process does.

use tokio::{sync::watch, task::JoinSet};

/// The workers of a subgraph.
pub struct Background {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

/// Tells a worker when to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Completes when the worker should end.
    pub async fn wait(&mut self) {
        // An error means that nobody is left to wait for.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Sleeps, and says whether to go on.
    pub async fn sleep(&mut self, pause: std::time::Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = self.wait() => false,
        }
    }
}

impl Default for Background {
    fn default() -> Self {
        Self { tasks: JoinSet::new(), stop: watch::Sender::new(false) }
    }
}

impl Background {
    /// No workers.
    pub fn none() -> Self {
        Self::default()
    }

    /// Starts a worker, which should end soon after its [`Stop`] says so.
    pub fn spawn<F>(&mut self, worker: impl FnOnce(Stop) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(worker(Stop(self.stop.subscribe())));
    }

    /// Tells all workers to end and waits for them, for at most ten seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(std::time::Duration::from_secs(10), all).await.is_err() {
            tracing::warn!("a background worker did not end in time");
        }
    }
}
