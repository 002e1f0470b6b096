//! Runs a request such that what it asks to do *later* is done when nothing else in it can go on.
//!
//! A future that waits for something returns `Pending`; one that only lets others go first wakes itself before it does.
//! So a request is quiet when it is pending and nobody has woken it meanwhile: every field that could run has run, and
//! has asked for what it needs. Then, and only then, what was put off is started, in the same task.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::{
    StreamExt as _,
    future::{BoxFuture, poll_fn},
    stream::FuturesUnordered,
    task::AtomicWaker,
};
use tokio::task::coop::unconstrained;

tokio::task_local! {
    /// What the request that is being polled has put off.
    static PUT_OFF: Arc<Mutex<Vec<BoxFuture<'static, ()>>>>;
}

/// How often a request that wakes itself is polled again at once before the other tasks of the process get their turn.
const TURNS: usize = 64;

/// Starts `work` when nothing else in the request can go on. Outside of a request it is a task of its own.
pub(super) fn later(work: BoxFuture<'static, ()>) {
    let mut work = Some(work);
    let _ = PUT_OFF.try_with(|list| list.lock().unwrap_or_else(PoisonError::into_inner).extend(work.take()));
    if let Some(work) = work {
        tokio::spawn(work);
    }
}

/// Runs `request`, and in it whatever it puts off.
pub async fn gather<F: Future>(request: F) -> F::Output {
    let put_off = Arc::new(Mutex::new(Vec::new()));
    let list = put_off.clone();
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(signal.clone());
    let mut loads = FuturesUnordered::new();
    let mut request = pin!(request);
    let turn = poll_fn(move |context| {
        signal.begin(context);
        let mut inner = Context::from_waker(&waker);
        for _ in 0..TURNS {
            signal.woken.store(false, SeqCst);
            if let Poll::Ready(output) = request.as_mut().poll(&mut inner) {
                return Poll::Ready(output);
            }
            if signal.woken.load(SeqCst) {
                continue;
            }
            loads.extend(list.lock().unwrap_or_else(PoisonError::into_inner).drain(..));
            while let Poll::Ready(Some(())) = loads.poll_next_unpin(&mut inner) {}
            if !signal.woken.load(SeqCst) {
                break;
            }
        }
        signal.end(context);
        Poll::Pending
    });
    // Tokio lets a task receive only so many messages per turn: the next one looks like a wait and wakes the task later,
    // when this has taken the request for quiet and has started a batch without those who still had to ask.
    unconstrained(PUT_OFF.scope(put_off, turn)).await
}

/// Tells whether anything in the request was woken, and wakes its task where it is not running anyway.
#[derive(Default)]
struct Signal {
    woken: AtomicBool,
    running: AtomicBool,
    task: AtomicWaker,
}

impl Signal {
    fn begin(&self, context: &Context<'_>) {
        self.task.register(context.waker());
        self.running.store(true, SeqCst);
    }

    /// Whoever wakes after this wakes the task; whoever did before is seen here.
    fn end(&self, context: &Context<'_>) {
        self.running.store(false, SeqCst);
        if self.woken.load(SeqCst) {
            context.waker().wake_by_ref();
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, SeqCst);
        if !self.running.load(SeqCst) {
            self.task.wake();
        }
    }
}
