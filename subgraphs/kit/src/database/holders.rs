//! What uses the connections of a pool, for the moment in which all of them are in use.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How much of a statement is remembered, in bytes. It has no values: those are parameters.
const TEXT: usize = 80;
/// How often a pool says that it is exhausted.
const PAUSE: Duration = Duration::from_secs(1);
/// Who has waited for less than this has not waited.
const SOON: Duration = Duration::from_secs(1);

/// The statements and transactions that have a connection of a pool, or wait for one.
#[derive(Clone, Debug)]
pub(super) struct Holders(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Whose connections these are: `requests` or `workers`.
    pool: &'static str,
    /// How many connections there can be.
    most: usize,
    next: AtomicU64,
    all: Mutex<HashMap<u64, Use>>,
    said: Mutex<Option<Instant>>,
}

#[derive(Clone, Debug)]
struct Use {
    since: Instant,
    statement: String,
}

/// A connection that is used, or waited for, until this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    holders: Holders,
    id: u64,
}

impl Holders {
    pub fn new(pool: &'static str, most: u32) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (next, all, said) = (AtomicU64::new(0), Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { pool, most, next, all, said }))
    }

    /// Registers a use for this statement. Where all connections have been in use for a while, that is logged.
    pub fn hold(&self, statement: &str) -> Held {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let crowded = {
            let mut all = self.all();
            let crowded = all.len() >= self.0.most && all.values().any(|held| held.since.elapsed() > SOON);
            all.insert(id, Use { since: Instant::now(), statement: shorten(statement) });
            crowded
        };
        if crowded {
            self.report();
        }
        Held { holders: self.clone(), id }
    }

    /// Logs what uses the connections, at most once per second.
    pub fn report(&self) {
        let mut said = self.0.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_some_and(|said| said.elapsed() < PAUSE) {
            return;
        }
        *said = Some(Instant::now());
        drop(said);
        let (holding, waiting, longest) = self.describe();
        let (pool, connections) = (self.0.pool, self.0.most);
        tracing::warn!(pool, connections, waiting, longest, holding, "all connections to the database are in use");
    }

    /// What holds the connections, how many wait, and how long the longest has held one. Connections are given in the
    /// order in which they are asked for, so those who have been there for longest hold them.
    fn describe(&self) -> (String, usize, String) {
        let mut all: Vec<Use> = self.all().values().cloned().collect();
        all.sort_by_key(|held| held.since);
        let waiting = all.len().saturating_sub(self.0.most);
        all.truncate(self.0.most);
        let longest = all.first().map_or(Duration::ZERO, |first| first.since.elapsed());
        let mut counts = BTreeMap::<&str, usize>::new();
        for held in &all {
            *counts.entry(&held.statement).or_default() += 1;
        }
        let mut text = String::new();
        for (statement, count) in counts {
            let separator = if text.is_empty() { "" } else { "; " };
            let _ = write!(text, "{separator}{count} × {statement}");
        }
        (text, waiting, format!("{:.1} s", longest.as_secs_f64()))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Use>> {
        self.0.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// The connection is now used for this statement.
    pub fn runs(&self, statement: &str) {
        if let Some(held) = self.holders.all().get_mut(&self.id) {
            held.statement = shorten(statement);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.holders.all().remove(&self.id);
    }
}

fn shorten(statement: &str) -> String {
    let end = (0..=TEXT.min(statement.len())).rev().find(|end| statement.is_char_boundary(*end)).unwrap_or(0);
    let ellipsis = if end < statement.len() { "…" } else { "" };
    format!("{}{ellipsis}", &statement[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_hold_the_connections_and_the_others_wait() {
        let holders = Holders::new("requests", 2);
        let first = holders.hold("BEGIN");
        let _second = holders.hold("SELECT 2");
        let third = holders.hold("SELECT 3");
        first.runs("UPDATE things");
        let (holding, waiting, _) = holders.describe();
        assert_eq!((holding.as_str(), waiting), ("1 × SELECT 2; 1 × UPDATE things", 1));
        drop(first);
        assert_eq!(holders.describe().0, "1 × SELECT 2; 1 × SELECT 3");
        drop(third);
        assert_eq!(shorten(&"ä".repeat(50)), format!("{}…", "ä".repeat(40)));
    }
}
