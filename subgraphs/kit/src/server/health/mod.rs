//! Whether the process lives, and whether it can do its work.
//!
//! `/health/live` answers as long as the process does. `/health/ready` says whether it could sell at this moment: every
//! [`Check`] is asked (at most once per second, whoever asks how often) and named in the answer, with a reason where it
//! fails:
//!
//! ```json
//! {"status": "not ready", "checks": {"database": {"status": "fail", "reason": "the disk is full"}, "disk": {"status": "pass"}}}
//! ```
//!
//! One check that fails makes the status 503; one that warns does not. The path is public, so reasons are sentences of
//! our own; what a driver said is in the log. A domain adds its checks to [`Subgraph::health`](super::Subgraph).

mod check;
mod clocks;
mod disk;
mod heartbeat;
mod keys;
mod reason;
mod rounds;
mod settings;
#[cfg(test)]
mod tests;
mod watched;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures_util::future::join_all;
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use schema::token::Verifier;
use serde_json::{Map, Value, json};

use self::watched::Watched;
pub use self::{
    check::{Check, Finding, Status},
    reason::public_reason,
    settings::HealthArgs,
};
use super::Background;
use crate::{Database, database::Tables};

/// The path of readiness.
pub const READY_PATH: &str = "/health/ready";

/// The checks of one subgraph. Cheap to clone: clones share them.
#[derive(Clone, Default)]
pub struct Health(Arc<Shared>);

#[derive(Default)]
struct Shared {
    checks: RwLock<Vec<Arc<Watched>>>,
    /// How much of a disk must be free, in bytes.
    min_free: Arc<AtomicU64>,
    is_ending: AtomicBool,
}

impl Health {
    /// No checks yet.
    pub fn new() -> Self {
        let health = Self::default();
        health.set_min_free(HealthArgs::default().min_free_bytes);
        health
    }

    /// The checks that every subgraph has: its database takes a write, has these tables and room on its disk; the keys of
    /// access tokens are known; other processes' clocks agree with ours.
    pub fn of(database: &Database, tables: Tables, verifier: Arc<Verifier>) -> Self {
        let health = Self::new();
        health.add(heartbeat::Heartbeat::new(database.clone(), tables));
        if let Some(folder) = database.file().and_then(std::path::Path::parent) {
            health.add(disk::FreeSpace::new("disk", folder, health.min_free()));
        }
        health.add(keys::KeysKnown(verifier));
        health.add(clocks::Clocks);
        health
    }

    /// Adds a check. Of two with one name, the first to be added is shown unless another one fails.
    pub fn add(&self, check: impl Check) {
        let mut checks = self.0.checks.write().unwrap_or_else(PoisonError::into_inner);
        checks.push(Arc::new(Watched::new(check)));
    }

    /// Adds that the workers of `background` have done their rounds lately.
    pub fn watch(&self, background: &Background) {
        self.add(rounds::RecentRounds(background.rounds().clone()));
    }

    /// Adds that the disk of `folder` has room, under the name `name`.
    pub fn watch_disk(&self, name: &'static str, folder: &std::path::Path) {
        self.add(disk::FreeSpace::new(name, folder, self.min_free()));
    }

    /// How much of a disk must be free, in bytes; of a small disk, at most a twentieth. 0 checks nothing.
    pub fn set_min_free(&self, bytes: u64) {
        self.0.min_free.store(bytes, Ordering::Relaxed);
    }

    fn min_free(&self) -> Arc<AtomicU64> {
        self.0.min_free.clone()
    }

    /// Says from now on that the process is ending.
    pub fn end(&self) {
        self.0.is_ending.store(true, Ordering::Relaxed);
    }

    /// What each check found, at most a second ago.
    pub async fn findings(&self) -> Vec<(&'static str, Finding)> {
        let checks = self.0.checks.read().unwrap_or_else(PoisonError::into_inner).clone();
        let ending = self.0.is_ending.load(Ordering::Relaxed);
        let ending = ending.then(|| ("process", Finding::fail("the process is ending")));
        let found = join_all(checks.iter().map(async |check| (check.name(), check.finding().await))).await;
        ending.into_iter().chain(found).collect()
    }

    /// `/health/live` and `/health/ready`.
    pub(super) fn routes(&self) -> Router {
        Router::new()
            .route("/health/live", get(async || "live\n"))
            .route(READY_PATH, get(ready))
            .with_state(self.clone())
    }
}

async fn ready(State(health): State<Health>) -> Response {
    let findings = health.findings().await;
    let is_ready = findings.iter().all(|(_, finding)| finding.status != Status::Fail);
    let mut checks = Map::new();
    for (name, finding) in &findings {
        let is_worse = checks.get(*name).is_none_or(|_| finding.status == Status::Fail);
        if is_worse {
            checks.insert((*name).to_owned(), finding.to_json());
        }
    }
    let body = json!({ "status": if is_ready { "ready" } else { "not ready" }, "checks": Value::Object(checks) });
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    let body = format!("{body}\n");
    if is_ready {
        return (headers, body).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, headers, [(RETRY_AFTER, "1")], body).into_response()
}
