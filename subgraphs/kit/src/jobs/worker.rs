//! Runs the jobs of one topic: beside the requests, or at once for one key.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, future::join_all};
use tokio::{
    task::{self, JoinSet},
    time::Instant,
};

use super::{Handler, JobError, Lease, Next, Queue, Topic, queue::ABANDONED};
use crate::{
    Result, deadline,
    server::{Background, Beat, Stop},
};

/// How long running jobs may take to end when the process ends. Shorter than the time that [`Background`] waits.
const DRAIN: Duration = Duration::from_secs(8);

/// One topic, its handler, and the queue with its jobs. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    queue: Queue,
    topic: Topic,
    handler: Arc<dyn Handler>,
}

impl Worker {
    /// A worker that runs the jobs of `topic` in `queue` by `handler`.
    pub fn new(queue: Queue, topic: Topic, handler: impl Handler) -> Self {
        Self { queue, topic, handler: Arc::new(handler) }
    }

    /// Runs the topic's jobs until the process ends: looks for work after each `pause`, and whenever a job has ended. On
    /// the way out it lets running jobs end, and gives back those that do not end in time.
    pub fn spawn(self, background: &mut Background, pause: Duration) {
        let beat = background.announce(self.topic.name, pause);
        background.spawn(move |stop| self.work(pause, stop, beat));
    }

    /// Runs everything that is due, and what becomes due by that, and says how many jobs are done. For callers who decide
    /// themselves when there is work, as tests do.
    pub async fn run_due(&self) -> Result<usize> {
        self.handler.discover().await?;
        let mut done = 0;
        loop {
            let mut leases = Vec::new();
            while leases.len() < self.topic.concurrency.max(1) {
                let Some(lease) = self.queue.claim(&self.topic, None).await? else { break };
                leases.push(lease);
            }
            if leases.is_empty() {
                return Ok(done);
            }
            let outcomes = join_all(leases.iter().map(|lease| self.run(lease))).await;
            done += outcomes.into_iter().filter(|done| *done).count();
        }
    }

    /// Runs the due jobs about one key now, and waits for them up to `patience`. What takes longer goes on in the
    /// background; what fails, or is claimed by somebody else, is theirs who look for work later.
    pub async fn run_key(&self, key: impl ToString, patience: Duration) {
        let (worker, key) = (self.clone(), key.to_string());
        let all = tokio::spawn(async move {
            loop {
                match worker.queue.claim(&worker.topic, Some(&key)).await {
                    Ok(Some(lease)) => _ = worker.run(&lease).await,
                    Ok(None) => return,
                    Err(error) => return tracing::warn!(topic = worker.topic.name, key, %error, "a job waits"),
                }
            }
        });
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::info!(topic = self.topic.name, "jobs that were begun for a request go on without it");
        }
    }

    /// Does the work of one job and marks it. `true`: it is done, and marked by us.
    async fn run(&self, lease: &Lease) -> bool {
        let (topic, job) = (self.topic.name, &lease.job);
        let outcome = self.handle(lease).await;
        let marked = match &outcome {
            Ok(Next::Done) => self.queue.finish(lease).await.map(|ours| ours.then_some(false)),
            Ok(Next::Repeat(pause)) => self.queue.repeat(lease, *pause).await.map(|ours| ours.then_some(false)),
            Err(error) => self.queue.fail(&self.topic, lease, error).await,
        };
        let (id, key, tries) = (job.id, &job.key, job.tries);
        match (&marked, &outcome) {
            (Err(error), _) => {
                tracing::warn!(topic, id, key, %error, "how a job ended could not be stored; it will be repeated");
            }
            (Ok(None), _) => tracing::warn!(topic, id, key, "a job took so long that another worker has it now"),
            (Ok(Some(true)), Err(error)) => {
                tracing::error!(topic, id, key, tries, %error, "a job is parked; see `jobs list`");
            }
            (Ok(Some(_)), Err(error)) => tracing::warn!(topic, id, key, tries, %error, "a job will be tried again"),
            (Ok(Some(_)), Ok(_)) => tracing::debug!(topic, id, key, tries, "a job is done"),
        }
        matches!((marked, outcome), (Ok(Some(_)), Ok(_)))
    }

    async fn handle(&self, lease: &Lease) -> std::result::Result<Next, JobError> {
        let job = &lease.job;
        if lease.abandoned && job.tries > self.topic.max_tries {
            // A job that ends the process each time must not go on doing so.
            return Err(JobError::Failed(ABANDONED.to_owned()));
        }
        // What it asks of the database ends with it.
        let end = Instant::now().checked_add(self.topic.deadline);
        let handled = async {
            match end {
                Some(end) => deadline::of_job(end, self.handler.handle(job)).await,
                None => self.handler.handle(job).await,
            }
        };
        let work = AssertUnwindSafe(handled).catch_unwind();
        match tokio::time::timeout(self.topic.deadline, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(JobError::Failed("the handler panicked".to_owned())),
            Err(_) => Err(JobError::Unavailable(format!("not done within {:?}", self.topic.deadline))),
        }
    }

    async fn work(self, pause: Duration, mut stop: Stop, beat: Beat) {
        let mut running = Running::default();
        loop {
            let look = tokio::select! {
                () = stop.wait() => break,
                // Its key, or its place, is free for another one.
                () = running.next(), if !running.is_empty() => false,
                () = tokio::time::sleep(pause) => true,
            };
            let mut went_well = true;
            if look && let Err(error) = self.handler.discover().await {
                tracing::warn!(topic = self.topic.name, ?error, "new jobs could not be looked for");
                went_well = false;
            }
            if let Err(error) = self.begin(&mut running).await {
                tracing::warn!(topic = self.topic.name, %error, "no jobs could be claimed");
                went_well = false;
            }
            if went_well {
                beat.ended();
            }
        }
        running.end(&self.queue).await;
    }

    /// Begins as many jobs as are due and may run at the same time.
    async fn begin(&self, running: &mut Running) -> std::result::Result<(), sea_orm::DbErr> {
        while running.leases.len() < self.topic.concurrency.max(1) && self.queue.has_due(&self.topic).await? {
            let Some(lease) = self.queue.claim(&self.topic, None).await? else { return Ok(()) };
            let (worker, ours) = (self.clone(), lease.clone());
            let task = running.tasks.spawn(async move {
                _ = worker.run(&ours).await;
            });
            running.leases.insert(task.id(), lease);
        }
        Ok(())
    }
}

/// The jobs that a worker runs at present.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    leases: HashMap<task::Id, Lease>,
}

impl Running {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until one of them has ended.
    async fn next(&mut self) {
        let ended = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => error.id(),
            None => return,
        };
        self.leases.remove(&ended);
    }

    /// Lets all of them end, and gives those back that do not.
    async fn end(mut self, queue: &Queue) {
        let all = async {
            while !self.tasks.is_empty() {
                self.next().await;
            }
        };
        if tokio::time::timeout(DRAIN, all).await.is_ok() {
            return;
        }
        self.tasks.shutdown().await;
        for lease in self.leases.values() {
            if let Err(error) = queue.release(lease).await {
                tracing::warn!(id = lease.job.id, %error, "a job could not be given back; its lease will end");
            }
        }
    }
}
