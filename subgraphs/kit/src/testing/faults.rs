//! Faults that a test injects at a statement of its choice.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use sea_orm::DbErr;

/// What happens around the statements of requests, those that begin and end transactions included.
#[async_trait]
pub trait Fault: Send + Sync {
    /// Before a statement is executed; an error takes its place.
    async fn before(&self, statement: &str) -> Result<(), DbErr>;

    /// After a statement was executed without an error. An error makes whoever asked believe that it was not.
    async fn after(&self, _statement: &str) -> Result<(), DbErr> {
        Ok(())
    }
}

/// The place where a test puts its fault.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    set: Arc<AtomicBool>,
    fault: Arc<RwLock<Option<Arc<dyn Fault>>>>,
}

impl Faults {
    pub(crate) fn is_set(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    pub(crate) fn set(&self, fault: Option<Arc<dyn Fault>>) {
        self.set.store(fault.is_some(), Ordering::Release);
        *self.fault.write().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn get(&self) -> Option<Arc<dyn Fault>> {
        if !self.is_set() {
            return None;
        }
        self.fault.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn before(&self, statement: &str) -> Result<(), DbErr> {
        match self.get() {
            Some(fault) => fault.before(statement).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn after(&self, statement: &str) -> Result<(), DbErr> {
        match self.get() {
            Some(fault) => fault.after(statement).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faults({})", self.is_set())
    }
}
