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

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;

/// One connection, ready to be asked.
pub type Connection = SendRequest<Full<Bytes>>;

const SHELVES: usize = 16;
/// How many idle connections a shelf keeps.
const KEPT: usize = 256;

/// See the module's description.
#[derive(Debug)]
pub struct Pool {
    shelves: [Mutex<VecDeque<(Instant, Connection)>>; SHELVES],
    idle: Duration,
}

impl Pool {
    /// Forgets connections that nobody has used for `idle`.
    pub fn new(idle: Duration) -> Self {
        Self { shelves: std::array::from_fn(|_| Mutex::default()), idle }
    }

    /// The connection that was used last, if one is left.
    pub fn take(&self) -> Option<Connection> {
        let mut kept = self.shelf().lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((since, connection)) = kept.pop_back() {
            if since.elapsed() >= self.idle {
                kept.clear();
                return None;
            }
            if !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection for the next call.
    pub fn give_back(&self, connection: Connection) {
        if connection.is_closed() {
            return;
        }
        let mut kept = self.shelf().lock().unwrap_or_else(PoisonError::into_inner);
        while kept.len() >= KEPT || kept.front().is_some_and(|(since, _)| since.elapsed() >= self.idle) {
            kept.pop_front();
        }
        kept.push_back((Instant::now(), connection));
    }

    fn shelf(&self) -> &Mutex<VecDeque<(Instant, Connection)>> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static THREAD: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
        }
        &self.shelves[THREAD.get() % SHELVES]
    }
}
