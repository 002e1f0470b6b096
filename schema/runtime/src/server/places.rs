//! Places for connections: as many as an operator and the system's file descriptors allow. Who comes when all are taken gets
//! the place of a connection on which nothing is being done: one that has never said anything before one that has, and the
//! one that was last used longest ago before others.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::Notify, time::sleep};

use crate::log::Throttle;

/// How long is waited for a place before another idle connection is closed.
const PAUSE: Duration = Duration::from_millis(50);
/// A request that was begun and one that is open.
const REQUEST: u64 = (1 << 32) | 1;

/// The places of one server.
pub(super) struct Places {
    max: usize,
    began: Instant,
    open: Mutex<Open>,
    freed: Notify,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Arc<Use>>,
}

/// What a connection is used for.
#[derive(Default)]
pub(super) struct Use {
    /// In its lower half those requests that are open, in its upper half those that were begun.
    requests: AtomicU64,
    /// When it was opened, or its last request ended, in milliseconds since the server began.
    last: AtomicU64,
    is_leaving: AtomicBool,
    leave: Notify,
}

/// A connection's place, until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    connection: Arc<Use>,
}

/// A request that is being answered.
pub(super) struct OpenRequest {
    places: Arc<Places>,
    connection: Arc<Use>,
}

impl Places {
    pub fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max: max.max(1), began: Instant::now(), open: Mutex::default(), freed: Notify::new() })
    }

    /// A place for a connection. Waits while all are taken by connections on which something is being done.
    pub async fn take(self: &Arc<Self>) -> Place {
        static FULL: Throttle = Throttle::new();
        loop {
            if let Some(place) = self.try_take() {
                return place;
            }
            if let Some(held_back) = FULL.admit("") {
                let connections = self.max;
                tracing::warn!(connections, held_back, "all connections are taken; idle ones are closed for new ones");
            }
            self.close_idle();
            tokio::select! {
                () = self.freed.notified() => {}
                () = sleep(PAUSE) => {}
            }
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Place> {
        let mut open = self.lock();
        if open.connections.len() >= self.max {
            return None;
        }
        let (number, connection) = (open.next, Arc::new(Use::default()));
        connection.last.store(self.now(), Ordering::Relaxed);
        open.next += 1;
        open.connections.insert(number, connection.clone());
        Some(Place { places: self.clone(), number, connection })
    }

    /// Tells one idle connection to end; says whether there was one.
    pub fn close_idle(&self) -> bool {
        let open = self.lock();
        let idle = open
            .connections
            .values()
            .filter(|connection| connection.is_idle() && !connection.is_leaving.load(Ordering::Relaxed));
        let rank = |connection: &&Arc<Use>| (connection.has_spoken(), connection.last.load(Ordering::Relaxed));
        let Some(chosen) = idle.min_by_key(rank) else { return false };
        chosen.is_leaving.store(true, Ordering::Relaxed);
        chosen.leave.notify_one();
        true
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Use {
    /// Whether no request is being answered.
    pub fn is_idle(&self) -> bool {
        self.requests.load(Ordering::Relaxed) & u64::from(u32::MAX) == 0
    }

    /// Whether any request was ever begun.
    pub fn has_spoken(&self) -> bool {
        self.requests.load(Ordering::Relaxed) != 0
    }

    /// Completes when no request was begun, and none is open, for `time`.
    pub async fn idle_for(&self, time: Duration) {
        let mut seen = self.requests.load(Ordering::Relaxed);
        loop {
            sleep(time).await;
            let now = self.requests.load(Ordering::Relaxed);
            if now == seen && self.is_idle() {
                return;
            }
            seen = now;
        }
    }

    /// Completes when the connection's place is needed for another one.
    pub async fn must_leave(&self) {
        self.leave.notified().await;
    }
}

impl Place {
    /// What the connection is used for.
    pub fn connection(&self) -> &Arc<Use> {
        &self.connection
    }

    /// A request begins.
    pub fn begin_request(&self) -> OpenRequest {
        self.connection.requests.fetch_add(REQUEST, Ordering::Relaxed);
        OpenRequest { places: self.places.clone(), connection: self.connection.clone() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().connections.remove(&self.number);
        self.places.freed.notify_one();
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.connection.last.store(self.places.now(), Ordering::Relaxed);
        self.connection.requests.fetch_sub(1, Ordering::Relaxed);
    }
}
