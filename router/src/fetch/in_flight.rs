//! Reads that are under way: an equal one waits for the same answer instead of asking again.
//!
//! Equal means: the same body, from a sender whom the subgraph cannot tell from the other, and no mutation ended in
//! between. (Each request's id and what is left of its time are told too, and differ always.) Whoever asked first may go
//! away; the read goes on for the others, and is abandoned when nobody waits for it any more.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ahash::RandomState;
use bytes::Bytes;
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};
use http::HeaderValue;
use schema::{Caller, TransportError};
use tokio::time::Instant;

use super::Failure;
use crate::{execute::json::Answer, plan::Shape};

/// An answer that several requests may look at, or why there is none.
pub type Answered = Result<Arc<Answer>, Arc<Failure>>;
/// A read on its way.
pub type Flight = BoxFuture<'static, Answered>;

/// All that decides what a subgraph answers to a read.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The request's body.
    pub body: Bytes,
    /// The caller's token.
    pub authorization: Option<HeaderValue>,
    /// What else tells the subgraph who asks.
    pub sender: Sender,
    /// How many mutations had ended when the request began: no read may be joined that is older than the caller's own
    /// last mutation.
    pub mutations: u64,
}

/// What a subgraph learns of the sender, beside the token.
#[derive(Debug)]
pub enum Sender {
    /// Nothing.
    Nobody,
    /// The address, and where the client found the router.
    Client(Arc<Caller>),
    /// All that is known. The request's id is not looked at.
    Caller(Arc<Caller>),
}

impl PartialEq for Sender {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nobody, Self::Nobody) => true,
            (Self::Client(one), Self::Client(other)) => client(one) == client(other),
            (Self::Caller(one), Self::Caller(other)) => {
                one.viewer == other.viewer && one.service == other.service && client(one) == client(other)
            }
            _ => false,
        }
    }
}

impl Eq for Sender {}

impl Hash for Sender {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Nobody => {}
            Self::Client(caller) => client(caller).hash(state),
            Self::Caller(caller) => (&caller.viewer, &caller.service, client(caller)).hash(state),
        }
    }
}

/// What a subgraph may put into its answer for this client alone.
fn client(caller: &Caller) -> (Option<IpAddr>, Option<&str>) {
    (caller.address, caller.origin.as_deref())
}

/// The reads of one subgraph that are under way.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<Flights>>);

#[derive(Default)]
struct Flights {
    /// How many have been started, which numbers them.
    started: u64,
    known: HashMap<Arc<Key>, Entry, RandomState>,
}

/// A read that others may join.
struct Entry {
    number: u64,
    flight: WeakShared<Flight>,
    /// What its answer is read into.
    shapes: Arc<[Shape]>,
    /// When the request that started it stops waiting, which the subgraph was told.
    until: Instant,
}

/// How a request takes part.
pub enum Entered {
    /// It has started a read that others may join.
    Leads(Shared<Flight>),
    /// It has joined a read.
    Follows(Followed),
    /// An equal read is under way whose answer is read in another way.
    Apart,
}

/// A read that somebody else has started.
pub struct Followed {
    flight: Shared<Flight>,
    until: Instant,
}

/// A subgraph that was told how long it may take gives up about then, perhaps a little earlier.
const MARGIN: Duration = Duration::from_millis(50);

impl Followed {
    /// The answer, or `None` if it is the business of the request that started the read: its time was over, which ours
    /// (until `deadline`) is not, or the service panicked over it.
    pub async fn answer(self, deadline: Instant) -> Option<Answered> {
        let answered = self.flight.await;
        let is_theirs = match &answered {
            Ok(answer) if answer.errors.is_none() => false,
            Err(failure) if matches!(**failure, Failure::Transport(TransportError::Panicked)) => true,
            _ => self.until < deadline && Instant::now() + MARGIN >= self.until,
        };
        (!is_theirs).then_some(answered)
    }
}

impl InFlight {
    /// Joins an equal read, or starts one with `start`. Only those are equal whose answers are read into equal `shapes`.
    pub fn enter(&self, key: Key, shapes: &Arc<[Shape]>, deadline: Instant, start: impl FnOnce() -> Flight) -> Entered {
        // Looking and starting are one section under the lock; `start` only makes a future. What may be the last owner
        // of a flight is dropped outside of it, for the end of a flight takes the same lock.
        let mut flights = self.lock();
        if let Some(entry) = flights.known.get(&key)
            && let Some(flight) = entry.flight.upgrade()
        {
            let is_equal = Arc::ptr_eq(&entry.shapes, shapes) || entry.shapes == *shapes;
            let until = entry.until;
            drop(flights);
            return if is_equal { Entered::Follows(Followed { flight, until }) } else { Entered::Apart };
        }
        flights.started += 1;
        let (key, number) = (Arc::new(key), flights.started);
        let (landing, read) = (Landing { flights: self.clone(), key: key.clone(), number }, start());
        let flight = async move {
            let _landing = landing;
            read.await
        };
        let flight = flight.boxed().shared();
        let weak = flight.downgrade().expect("a flight that was never polled has not ended");
        flights.known.insert(key, Entry { number, flight: weak, shapes: shapes.clone(), until: deadline });
        drop(flights);
        Entered::Leads(flight)
    }

    fn lock(&self) -> MutexGuard<'_, Flights> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets a read that has ended or was abandoned, unless a newer one has taken its place.
struct Landing {
    flights: InFlight,
    key: Arc<Key>,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        if flights.known.get(&self.key).is_some_and(|entry| entry.number == self.number) {
            flights.known.remove(&self.key);
        }
    }
}
