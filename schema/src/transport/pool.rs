//! Connections to one origin that are kept for the next call.
//!
//! Each thread has a shelf of its own, so that a runtime of one thread finds the connections that it drives itself.
//! That is for speed only: a connection may be used from anywhere, and one whose runtime has ended counts as closed.

use std::{
    cell::Cell,
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::client::conn::http1::SendRequest;

use super::Body;

/// One connection, ready to be asked.
pub type Connection = SendRequest<Body>;

const SHELVES: usize = 16;
/// How many idle connections a shelf keeps.
const KEPT: usize = 256;

/// See the module's description.
#[derive(Debug)]
pub struct Pool {
    /// Each connection with the end of its idle time.
    shelves: [Mutex<VecDeque<(Instant, Connection)>>; SHELVES],
}

impl Pool {
    /// A pool without connections.
    pub fn new() -> Self {
        Self { shelves: std::array::from_fn(|_| Mutex::default()) }
    }

    /// The connection that was used last, if one is left.
    pub fn take(&self) -> Option<Connection> {
        let mut kept = self.shelf().lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while let Some((until, connection)) = kept.pop_back() {
            if until > now && !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection for the next call, which must come within `idle`.
    pub fn give_back(&self, connection: Connection, idle: Duration) {
        if connection.is_closed() || idle.is_zero() {
            return;
        }
        let mut kept = self.shelf().lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while kept.len() >= KEPT || kept.front().is_some_and(|(until, _)| *until <= now) {
            kept.pop_front();
        }
        kept.push_back((now + idle, connection));
    }

    fn shelf(&self) -> &Mutex<VecDeque<(Instant, Connection)>> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
        }
        &self.shelves[THREAD.get() % SHELVES]
    }
}
