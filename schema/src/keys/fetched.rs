//! A key set that another process publishes.
//!
//! One fetch is under way at a time, in a task of its own, and no lock is held meanwhile. While it is, keys that are known
//! are used (stale-while-revalidate); only who has nothing to go by waits for it. A fetch that fails, or brings nothing
//! that can be used, replaces nothing.

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, watch},
    time::{Instant, sleep_until},
};

pub(super) use super::publishers::Publishers;
use super::{
    KeysUnavailable, PublicKey,
    publishers::{Stated, Statement},
};

/// Younger sets are used without asking again.
const FRESH: Duration = Duration::from_mins(2);
/// Older sets are used only where the publisher was asked again and did not answer. A key that was withdrawn therefore
/// ends within this time, and one that is published is known to all after it.
pub const MAX_AGE: Duration = Duration::from_mins(5);
/// From then on a publisher that does not answer is as good as one without keys.
const MAX_STALE: Duration = Duration::from_hours(24);
/// Two fetches begin at least this far apart, whatever clients send.
const PAUSE: Duration = Duration::from_secs(1);
/// So many requests at a time wait for the next fetch because of a key that is not known.
const WAITING: usize = 64;

/// The keys of one set. Equal keys of two fetches are one allocation, so that pointers tell whether a key is still there.
pub(super) type Keys = Arc<[Arc<PublicKey>]>;

/// See the module's description.
pub(super) struct Fetched {
    publishers: Publishers,
    state: Mutex<State>,
    waiting: Semaphore,
}

#[derive(Default)]
struct State {
    keys: Keys,
    stated: Stated,
    /// Publishers that gave no keys when they were last asked, while others did.
    away: BTreeSet<String>,
    /// When the fetch of `keys` began; `None` before the first.
    fetched: Option<Instant>,
    /// When the last fetch began, successful or not.
    tried: Option<Instant>,
    has_failed: bool,
    /// The fetch that is under way. Its sender is dropped when it ends.
    flight: Option<watch::Receiver<()>>,
}

/// What somebody waits for before looking again.
enum Wait {
    Flight(watch::Receiver<()>),
    Until(Instant),
}

type Step = ControlFlow<Result<Keys, KeysUnavailable>, Wait>;

impl Fetched {
    pub fn new(publishers: Publishers) -> Self {
        Self { publishers, state: Mutex::default(), waiting: Semaphore::new(WAITING) }
    }

    /// The keys as far as they are known; a set that is getting old is fetched anew.
    pub async fn current(self: &Arc<Self>) -> Result<Keys, KeysUnavailable> {
        let mut has_waited = false;
        loop {
            let step = self.at_hand(&mut self.lock(), has_waited);
            match step {
                ControlFlow::Break(keys) => return keys,
                ControlFlow::Continue(wait) => wait.over().await,
            }
            has_waited = true;
        }
    }

    fn at_hand(self: &Arc<Self>, state: &mut State, has_waited: bool) -> Step {
        let age = state.fetched.map(|at| at.elapsed()).filter(|age| *age < MAX_STALE);
        if age.is_some_and(|age| age < FRESH) {
            return ControlFlow::Break(Ok(state.keys.clone()));
        }
        let flight = self.flight(state).filter(|_| !has_waited).map(Wait::Flight);
        match (age, flight) {
            (None, Some(flight)) => ControlFlow::Continue(flight),
            (None, None) => ControlFlow::Break(Err(KeysUnavailable)),
            // Where a fetch has failed already, nobody waits for the next one to fail.
            (Some(age), Some(flight)) if age >= MAX_AGE && !state.has_failed => ControlFlow::Continue(flight),
            (Some(_), _) => ControlFlow::Break(Ok(state.keys.clone())),
        }
    }

    /// The keys as the publisher states them at `moment` or later.
    pub async fn since(self: &Arc<Self>, moment: Instant) -> Result<Keys, KeysUnavailable> {
        // Who sends names at random occupies these places, and delays nobody else.
        let _place = self.waiting.try_acquire().map_err(|_| KeysUnavailable)?;
        loop {
            let step = self.stated_since(&mut self.lock(), moment);
            match step {
                ControlFlow::Break(keys) => return keys,
                ControlFlow::Continue(wait) => wait.over().await,
            }
        }
    }

    fn stated_since(self: &Arc<Self>, state: &mut State, moment: Instant) -> Step {
        if state.fetched.is_some_and(|at| at >= moment) {
            return ControlFlow::Break(Ok(state.keys.clone()));
        }
        let was_tried = state.flight.is_none() && state.tried.is_some_and(|at| at >= moment);
        if was_tried && state.has_failed {
            return ControlFlow::Break(Err(KeysUnavailable));
        }
        match self.flight(state) {
            Some(flight) => ControlFlow::Continue(Wait::Flight(flight)),
            None if state.has_failed => ControlFlow::Break(Err(KeysUnavailable)),
            None => ControlFlow::Continue(Wait::Until(state.tried.unwrap_or(moment) + PAUSE)),
        }
    }

    /// The fetch that is under way, or a new one; `None` where it is too early for another.
    fn flight(self: &Arc<Self>, state: &mut State) -> Option<watch::Receiver<()>> {
        let is_too_early = state.tried.is_some_and(|at| at.elapsed() < PAUSE);
        if state.flight.is_some() || is_too_early {
            return state.flight.clone();
        }
        let began = Instant::now();
        let (sender, flight) = watch::channel(());
        state.tried = Some(began);
        state.flight = Some(flight.clone());
        let landing = Landing { set: self.clone(), _sender: sender };
        tokio::spawn(async move {
            let set = &landing.set;
            set.settle(began, set.publishers.ask().await);
        });
        Some(flight)
    }

    fn settle(&self, began: Instant, statements: Vec<Statement>) {
        let mut state = self.lock();
        let failures = statements.iter().filter_map(|it| Some((it.by.clone(), it.keys.as_ref().err()?.clone())));
        let failures: Vec<_> = failures.collect();
        let has_failed = failures.len() == statements.len();
        let failed_before = std::mem::replace(&mut state.has_failed, has_failed);
        if has_failed {
            let reasons: Vec<_> = failures.iter().map(|(by, reason)| format!("{by}: {reason}")).collect();
            let reason = reasons.join("; ");
            // It is tried again as long as somebody needs it: one line is enough.
            if failed_before {
                tracing::debug!(reason, "no key set");
            } else {
                tracing::warn!(reason, "the key set could not be fetched");
            }
            return;
        }
        state.stated.take(statements);
        state.keys = state.stated.keys().into();
        state.fetched = Some(began);
        if failed_before {
            tracing::info!("the key set can be fetched again");
        }
        let away: BTreeSet<_> = failures.iter().map(|(by, _)| by.clone()).collect();
        for (by, reason) in failures.iter().filter(|(by, _)| !state.away.contains(by)) {
            tracing::warn!(by, reason, "one of several key sets could not be fetched");
        }
        state.away = away;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a fetch, also where its runtime ends before it does.
struct Landing {
    set: Arc<Fetched>,
    /// Dropped last, so that who was waiting sees that nothing is under way any more.
    _sender: watch::Sender<()>,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.set.lock().flight = None;
    }
}

impl Wait {
    async fn over(self) {
        match self {
            // Nothing is ever sent: the error says that the sender is gone.
            Self::Flight(mut flight) => drop(flight.changed().await),
            Self::Until(moment) => sleep_until(moment).await,
        }
    }
}

#[cfg(test)]
mod tests;
