//! Long computations on threads where they block nobody.
//!
//! Parsing and planning are work for a processor, and a client decides how much. What may take longer than a moment
//! leaves the threads that serve requests, and only so many such computations run at once: others wait for their turn,
//! as long as their own deadline allows.

use std::{sync::Arc, thread::available_parallelism};

use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

/// The deadline passed before a computation had its turn or its end.
#[derive(Debug)]
pub struct TooLate;

/// Runs long computations on the runtime's blocking threads, a bounded number at a time.
pub struct WorkPool(Arc<Semaphore>);

impl Default for WorkPool {
    /// As many at a time as half of the processors, so that requests find one.
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors.div_ceil(2))))
    }
}

impl WorkPool {
    /// The result of `work`. A computation that has begun is carried to its end even if the caller stops waiting, and
    /// counts for as long: whatever it should leave behind, it stores itself.
    ///
    /// # Errors
    /// If `deadline` comes first.
    ///
    /// # Panics
    /// If `work` does.
    pub async fn run<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, TooLate> {
        let result = async {
            let permit = self.0.clone().acquire_owned().await.expect("the semaphore is never closed");
            let done = spawn_blocking(move || {
                let result = work();
                drop(permit);
                result
            });
            done.await.unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("the runtime ended: {error}"),
            })
        };
        timeout_at(deadline, result).await.map_err(|_| TooLate)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        sync::mpsc,
        time::Duration,
    };

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[tokio::test]
    async fn work_that_was_given_up_keeps_its_place_until_it_ends() {
        let pool = WorkPool(Arc::new(Semaphore::new(1)));
        let (go, wait) = mpsc::channel::<()>();
        let done = Arc::new(AtomicBool::new(false));
        let mark = done.clone();
        let work = move || {
            let _ = wait.recv();
            mark.store(true, Ordering::Release);
        };
        assert!(pool.run(soon(), work).await.is_err());
        assert!(pool.run(soon(), || ()).await.is_err(), "the only place is taken");
        drop(go);
        pool.run(later(), || ()).await.unwrap();
        assert!(done.load(Ordering::Acquire));
    }

    #[tokio::test]
    async fn a_panic_is_the_callers_and_frees_the_place() {
        let pool = Arc::new(WorkPool(Arc::new(Semaphore::new(1))));
        let panicking = pool.clone();
        let outcome = tokio::spawn(async move { panicking.run(later(), || panic!("on purpose")).await });
        assert!(outcome.await.unwrap_err().is_panic());
        assert_eq!(pool.run(later(), || 1).await.unwrap(), 1);
    }
}
