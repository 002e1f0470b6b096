//! Reads that are under way: an equal one waits for the same answer instead of asking again.
//!
//! Equal means: the same body, from the same caller, and no mutation ended in between. Whoever asked first may go
//! away; the read goes on for the others, and is abandoned when nobody waits for it any more.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ahash::RandomState;
use bytes::Bytes;
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};
use http::HeaderValue;
use schema::Viewer;

use super::Failure;
use crate::{execute::json::Answer, plan::Shape};

/// An answer that several requests may look at, or why there is none.
pub type Answered = Result<Arc<Answer>, Arc<Failure>>;
/// A read on its way.
type Flight = BoxFuture<'static, Answered>;

/// All that decides what a subgraph answers to a read.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The request's body.
    pub body: Bytes,
    /// The caller's token.
    pub authorization: Option<HeaderValue>,
    /// The caller, as a subgraph in this process sees them.
    pub viewer: Viewer,
    /// The caller's address, where subgraphs are told.
    pub address: Option<IpAddr>,
    /// How many mutations had ended when the request began: no read may be joined that is older than the caller's own
    /// last mutation.
    pub mutations: u64,
}

/// The reads of one subgraph that are under way.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<Flights>>);

type Flights = HashMap<Arc<Key>, (Arc<[Shape]>, WeakShared<Flight>), RandomState>;

impl InFlight {
    /// Joins an equal read, or starts one with `start`. Only those are equal whose answers are read into equal shapes.
    pub async fn join(&self, key: Key, shapes: &Arc<[Shape]>, start: impl FnOnce(Bytes) -> Flight) -> Answered {
        let known = self.lock().get(&key).and_then(|(known, flight)| Some((known.clone(), flight.upgrade()?)));
        let flight = match known {
            Some((known, flight)) if Arc::ptr_eq(&known, shapes) || known == *shapes => flight,
            Some(_) => return start(key.body).await,
            None => self.start(key, shapes, start),
        };
        flight.await
    }

    fn start(&self, key: Key, shapes: &Arc<[Shape]>, start: impl FnOnce(Bytes) -> Flight) -> Shared<Flight> {
        let key = Arc::new(key);
        let landing = Landing { flights: self.clone(), key: key.clone() };
        let read = start(key.body.clone());
        let flight = async move {
            let _landing = landing;
            read.await
        };
        let flight = flight.boxed().shared();
        if let Some(weak) = flight.downgrade() {
            self.lock().insert(key, (shapes.clone(), weak));
        }
        flight
    }

    fn lock(&self) -> MutexGuard<'_, Flights> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets a read that has ended or was abandoned.
struct Landing {
    flights: InFlight,
    key: Arc<Key>,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let ended = self.flights.lock().remove(&self.key);
        drop(ended);
    }
}
