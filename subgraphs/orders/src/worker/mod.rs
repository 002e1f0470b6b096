//! What happens without anybody asking: orders expire, messages are delivered, doubts are cleared up.
//!
//! Each worker is a plain function that looks at the present state and does what is due, so that it may run at any
//! time, twice, or in several replicas at once; [`spawn`] only calls them again and again.

mod expiry;
mod outbox;
mod reconcile;

use std::time::Duration;

use kit::server::{Background, Stop};

pub use self::{expiry::expire_due, outbox::deliver_outbox, reconcile::reconcile};
use crate::{refusal::Denied, shop::Shop};
pub(crate) use outbox::deliver_order;

/// How much one round of a worker takes on.
const BATCH: u64 = 100;

#[derive(Clone, Copy, Debug)]
enum Worker {
    Expiry,
    Outbox,
    Reconciler,
}

/// Starts the workers; each begins a round `pause` after its last one ended.
pub fn spawn(background: &mut Background, shop: &Shop, pause: Duration) {
    for worker in [Worker::Expiry, Worker::Outbox, Worker::Reconciler] {
        let shop = shop.clone();
        background.spawn(move |stop| work(worker, shop, pause, stop));
    }
}

async fn work(worker: Worker, at: Shop, pause: Duration, mut stop: Stop) {
    while stop.sleep(pause).await {
        let round: Result<usize, Denied> = match worker {
            Worker::Expiry => expire_due(&at).await,
            Worker::Outbox => deliver_outbox(&at).await,
            Worker::Reconciler => reconcile(&at).await,
        };
        match round {
            Ok(0) => {}
            Ok(count) => tracing::debug!(?worker, count, "a round of work is done"),
            Err(error) => tracing::warn!(?worker, %error, "a round of work was cut short"),
        }
    }
}
