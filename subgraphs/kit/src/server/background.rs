//! Workers that live beside the requests and end before the process does.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet, time::Instant};

/// How long a round may take beyond the pause before it.
const ROUND_MARGIN: Duration = Duration::from_secs(30);

/// The workers of a subgraph.
pub struct Background {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    rounds: Rounds,
}

/// When the workers ended a round that went well. Cheap to clone: clones share them.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Arc<Mutex<Vec<Round>>>);

#[derive(Clone, Debug)]
struct Round {
    worker: &'static str,
    ended: Arc<Mutex<Instant>>,
    /// After this long without a round that went well, something is wrong.
    bound: Duration,
}

/// What a worker tells of its rounds.
#[derive(Clone, Debug)]
pub struct Beat(Arc<Mutex<Instant>>);

impl Beat {
    /// A round has ended, and went well.
    pub fn ended(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl Rounds {
    /// The workers that have ended no round lately, and for how long, the worst first.
    pub fn late(&self) -> Vec<(&'static str, Duration)> {
        let rounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |round: &Round| round.ended.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let ages = rounds.iter().map(|round| (round, age(round)));
        let mut late: Vec<_> =
            ages.filter(|(round, age)| *age > round.bound).map(|(round, age)| (round.worker, age)).collect();
        late.sort_by_key(|(_, age)| std::cmp::Reverse(*age));
        late
    }
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
    pub async fn sleep(&mut self, pause: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = self.wait() => false,
        }
    }
}

impl Default for Background {
    fn default() -> Self {
        Self { tasks: JoinSet::new(), stop: watch::Sender::new(false), rounds: Rounds::default() }
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

    /// Announces a worker that does a round after each `pause`. It is late after three of them, and at least half a minute
    /// beyond the first.
    pub fn announce(&mut self, worker: &'static str, pause: Duration) -> Beat {
        let ended = Arc::new(Mutex::new(Instant::now()));
        let bound = (pause * 3).max(pause + ROUND_MARGIN);
        let round = Round { worker, ended: ended.clone(), bound };
        self.rounds.0.lock().unwrap_or_else(PoisonError::into_inner).push(round);
        Beat(ended)
    }

    /// When the workers ended their rounds.
    pub fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// Tells all workers to end and waits for them, for at most ten seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(10), all).await.is_err() {
            tracing::warn!("a background worker did not end in time");
        }
    }
}
