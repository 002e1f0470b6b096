//! A check that is asked by many and run by few: what it found holds for a second, and it runs in a task of its own, one at
//! a time, so that whoever asks waits for a bounded time and a database that hangs is not asked again and again.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{Check, Finding, Status};

/// How long what was found holds.
const FRESH: Duration = Duration::from_secs(1);
/// How long whoever asks waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// See the module's description.
pub(super) struct Watched {
    check: Arc<dyn Check>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    found: Option<(Instant, Finding)>,
    /// The run that is under way. Its sender is dropped when it ends.
    flight: Option<watch::Receiver<()>>,
    /// The reason that was logged last, while the check is not well.
    logged: Option<String>,
}

/// What to do about a finding.
enum Step {
    Known(Finding),
    Wait(watch::Receiver<()>),
}

impl Watched {
    pub fn new(check: impl Check) -> Self {
        Self { check: Arc::new(check), state: Mutex::default() }
    }

    pub fn name(&self) -> &'static str {
        self.check.name()
    }

    /// What the check found, at most a second ago.
    pub async fn finding(self: &Arc<Self>) -> Finding {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let step = self.step();
            match step {
                Step::Known(finding) => return finding,
                // Nothing is ever sent: the error says that the sender is gone.
                Step::Wait(mut flight) => {
                    if timeout_at(deadline, flight.changed()).await.is_err() {
                        let late = Finding::fail(format!("no answer within {} seconds", PATIENCE.as_secs()));
                        self.log(&mut self.lock(), &late);
                        return late;
                    }
                }
            }
        }
    }

    fn step(self: &Arc<Self>) -> Step {
        let mut state = self.lock();
        if let Some((at, finding)) = &state.found
            && at.elapsed() < FRESH
        {
            return Step::Known(finding.clone());
        }
        // A sender that is gone without an end was a task of a runtime that ended.
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.has_changed().is_ok()) {
            return Step::Wait(flight.clone());
        }
        let (sender, flight) = watch::channel(());
        state.flight = Some(flight.clone());
        let watched = self.clone();
        tokio::spawn(async move {
            // Dropped last, and also where the check panics.
            let _sender = sender;
            let check = watched.check.clone();
            let run = tokio::spawn(async move { check.run().await });
            let finding = run.await.unwrap_or_else(|error| Finding::fail("the check failed").because(error));
            let mut state = watched.lock();
            watched.log(&mut state, &finding);
            state.found = Some((Instant::now(), finding));
            state.flight = None;
        });
        Step::Wait(flight)
    }

    /// One line when something begins to be wrong, when the reason changes, and when it is well again.
    fn log(&self, state: &mut State, finding: &Finding) {
        let Finding { status, reason, detail } = finding;
        let (check, reason) = (self.name(), reason.as_deref().unwrap_or_default());
        if *status == Status::Pass {
            if state.logged.take().is_some() {
                tracing::info!(check, "the check passes again");
            }
        } else if state.logged.as_deref() != Some(reason) {
            state.logged = Some(reason.to_owned());
            let detail = detail.as_deref().unwrap_or_default();
            if *status == Status::Fail {
                tracing::error!(check, reason, detail, "not ready");
            } else {
                tracing::warn!(check, reason, detail, "a check warns");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
