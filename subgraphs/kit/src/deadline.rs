//! The deadline of what is being done at the moment: of the request that is served, or of the job that runs.
//!
//! It needs no arguments: it belongs to everything that runs for the request or the job. What these ask of the database ends
//! with it ([`crate::database`]). Whom a request asks in turn is told what is left of it ([`crate::client`]).

use std::time::Duration;

use tokio::time::Instant;

#[derive(Clone, Copy)]
struct Deadline {
    end: Instant,
    /// Whether somebody waits for the answer, rather than a worker for the end of its job.
    of_request: bool,
}

tokio::task_local! {
    /// When nobody waits any longer for what is being polled.
    static DEADLINE: Deadline;
}

/// Runs `work` for a request whose caller waits until `end`. It does not end the work itself.
pub async fn of_request<F: Future>(end: Instant, work: F) -> F::Output {
    DEADLINE.scope(Deadline { end, of_request: true }, work).await
}

/// Runs `work` for a job that is given up at `end`. It does not end the work itself.
pub(crate) async fn of_job<F: Future>(end: Instant, work: F) -> F::Output {
    DEADLINE.scope(Deadline { end, of_request: false }, work).await
}

/// How long the result is still waited for; `None` where that was not said.
pub(crate) fn time_left() -> Option<Duration> {
    DEADLINE.try_with(Deadline::left).ok()
}

/// How long the caller of the request that is being served still waits; `None` where that was not said, or there is none.
pub(crate) fn time_left_of_request() -> Option<Duration> {
    DEADLINE.try_with(|deadline| deadline.of_request.then(|| deadline.left())).ok().flatten()
}

impl Deadline {
    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}
