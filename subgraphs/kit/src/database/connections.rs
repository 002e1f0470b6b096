//! The driver's connections to a database, and whose turn it is to use one.
//!
//! On PostgreSQL they are one pool of the driver's. On SQLite each connection is a pool of its own: the driver has a thread
//! for each, and does not tell which connection of a pool somebody is given, so that the deadline of a statement could be set only by
//! asking that thread, which changes threads twice more for each statement. A pool of one connection is known.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::GivenUp;

/// A pool of the driver's.
pub(super) struct DriverPool {
    pub driver: DatabaseConnection,
    pub given_up: GivenUp,
}

/// All connections that some users of a database share.
pub(super) struct Connections {
    pools: Vec<DriverPool>,
    /// Where there are several pools, or a queue in front of one: which of them are free.
    free: Option<Arc<Free>>,
}

struct Free {
    permits: Arc<Semaphore>,
    /// The indexes of the pools that nobody uses; the one used last is used next.
    indexes: Mutex<Vec<usize>>,
    /// How long to wait for one.
    patience: Duration,
}

/// The use of one pool, until this is dropped.
pub(super) struct Turn {
    index: usize,
    place: Option<Place>,
}

struct Place {
    free: Arc<Free>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// A pool that lets those who use it wait by itself.
    pub fn of_one_pool(pool: DriverPool) -> Self {
        Self { pools: vec![pool], free: None }
    }

    /// Pools of one connection each. Whoever waits for longer than `patience` gets a timeout.
    pub fn of_single_ones(pools: Vec<DriverPool>, patience: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(pools.len()));
        let indexes = Mutex::new((0..pools.len()).rev().collect());
        Self { pools, free: Some(Arc::new(Free { permits, indexes, patience })) }
    }

    /// Waits for a pool that can be used, in the order in which it is asked for.
    pub async fn turn(&self) -> Result<Turn, DbErr> {
        let Some(free) = &self.free else { return Ok(Turn { index: 0, place: None }) };
        let timeout = || DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let permit = tokio::time::timeout(free.patience, free.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| timeout())?;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let index = free.indexes().pop().ok_or_else(timeout)?;
        Ok(Turn { index, place: Some(Place { free: free.clone(), _permit: permit }) })
    }

    /// The pool whose turn it is.
    pub fn of(&self, turn: &Turn) -> &DriverPool {
        &self.pools[turn.index]
    }

    /// One of the pools, for what asks for no turn.
    pub fn first(&self) -> &DriverPool {
        &self.pools[0]
    }

    /// Closes all of them, when their statements have ended.
    pub async fn close(&self) {
        futures_util::future::join_all(self.pools.iter().map(|pool| pool.driver.close_by_ref())).await;
    }
}

impl Free {
    fn indexes(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Before the permit is given back, so that whoever gets that finds an index.
        if let Some(place) = &self.place {
            place.free.indexes().push(self.index);
        }
    }
}
