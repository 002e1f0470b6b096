//! Threads with a runtime of their own each: a connection stays on one of them from its first byte to its last, and so
//! does all that is done for it, calls to subgraphs included. Nothing is woken across threads that need not be.
//!
//! For the router alone, whose work never blocks. What waits for databases is better off on one runtime for all.

use std::{
    future::Future,
    io,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use tokio::{
    net::TcpStream,
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// See the module's description. Dropping it ends the threads, and abandons what they still do.
#[derive(Debug)]
pub struct Workers {
    threads: Vec<(Handle, oneshot::Sender<()>)>,
    next: AtomicUsize,
}

impl Workers {
    /// One thread for each processor that this process may use.
    ///
    /// # Errors
    /// If no threads can be had.
    pub fn start() -> io::Result<Self> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count).map(|number| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let (end, ended) = oneshot::channel();
            thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
                let _ = runtime.block_on(ended);
            })?;
            Ok((handle, end))
        });
        Ok(Self { threads: threads.collect::<io::Result<_>>()?, next: AtomicUsize::new(0) })
    }

    /// Deals a connection to the next thread.
    ///
    /// # Errors
    /// If the socket cannot change its runtime.
    pub fn spawn<F>(&self, stream: TcpStream, serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> io::Result<()>
    where
        F: Future<Output = ()> + Send,
    {
        let stream = stream.into_std()?;
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.threads[turn % self.threads.len()].0.spawn(async move {
            match TcpStream::from_std(stream) {
                Ok(stream) => serve(stream).await,
                Err(error) => tracing::error!(%error, "a connection could not be taken over"),
            }
        });
        Ok(())
    }
}
