//! What to do while a server takes fewer clients than the pool would have: share the connections that there are.
//!
//! The driver's pool, when nobody gives a connection back at this moment, opens another one, and goes on trying until the time
//! is over, although others have been given back since. So while the server is known to take no more, whoever needs a
//! connection waits for one that is given back before the pool is asked, one after the other.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long the server is taken to be full after it was found to be.
const LASTING: Duration = Duration::from_secs(5);
/// How long a connection is waited for before the pool is asked for one all the same.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often is looked for one.
const PAUSE: Duration = Duration::from_millis(1);

/// Those who wait while the server is full.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    until: Mutex<Option<Instant>>,
    queue: tokio::sync::Mutex<()>,
}

impl Crowd {
    /// The server takes no more clients.
    pub fn begin(&self) {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + LASTING);
    }

    /// Waits, while the server is full, for one's turn and for a connection that is free.
    pub async fn turn(&self, is_free: impl Fn() -> bool) {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_none_or(|until| until < Instant::now()) {
            return;
        }
        let waiting = async {
            let _turn = self.queue.lock().await;
            loop {
                // First, so that whoever was let through before has taken what was free.
                tokio::time::sleep(PAUSE).await;
                if is_free() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
    }
}
