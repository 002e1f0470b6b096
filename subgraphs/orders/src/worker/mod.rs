//! What happens without anybody asking: orders expire or are given up, doubts are cleared up, messages are delivered, and
//! what is long done is deleted.
//!
//! Each is a topic of [`kit::jobs`]. Those that go by the present state (an order is overdue, a payment is in doubt) add a
//! job for each thing that they find, so that one that cannot be handled is tried again, and parked, by itself. Their
//! handlers look at the state again: they may run at any time, twice, or in several replicas at once.

mod abandon;
pub(crate) mod charge;
mod expiry;
mod orphans;
mod retention;

use std::time::Duration;

use kit::{
    jobs::{Topic, enqueue_once},
    server::Background,
};

use crate::{
    outbox::{address_worker, refund_worker, stock_worker},
    shop::Shop,
};

/// How many things a worker adds jobs for at a time.
const BATCH: u64 = 200;
/// How often is looked for what is old enough to be deleted, or held without an order.
const RETENTION_PAUSE: Duration = Duration::from_mins(10);

/// Starts the workers; each looks for work `pause` after it last did.
pub fn spawn(background: &mut Background, shop: &Shop, pause: Duration) {
    for worker in [
        stock_worker(shop),
        refund_worker(shop),
        address_worker(shop),
        expiry::worker(shop),
        abandon::worker(shop),
        charge::worker(shop),
    ] {
        worker.spawn(background, pause);
    }
    orphans::worker(shop).spawn(background, RETENTION_PAUSE);
    retention::worker(shop).spawn(background, RETENTION_PAUSE);
}

/// Expires what is overdue by the shop's clock; says how many orders that were.
pub async fn expire_due(shop: &Shop) -> kit::Result<usize> {
    expiry::worker(shop).run_due().await
}

/// Tries every message that is due; says how many were heard.
pub async fn deliver_outbox(shop: &Shop) -> kit::Result<usize> {
    let stock = stock_worker(shop).run_due().await?;
    Ok(stock + refund_worker(shop).run_due().await? + address_worker(shop).run_due().await?)
}

/// Gives up orders that products never answered, and asks the provider about payments in doubt; says how many of both
/// came to an end.
pub async fn reconcile(shop: &Shop) -> kit::Result<usize> {
    Ok(abandon::worker(shop).run_due().await? + charge::worker(shop).run_due().await?)
}

/// Releases goods that products holds for orders that want them no more, or that there are not.
pub async fn release_orphans(shop: &Shop) -> kit::Result<()> {
    orphans::worker(shop).run_due().await.map(drop)
}

/// Deletes what was done long ago, one batch of each table.
pub async fn delete_old(shop: &Shop) -> kit::Result<()> {
    retention::worker(shop).run_due().await.map(drop)
}

/// Adds a job of `topic` about each of these things, in one transaction.
async fn add_jobs<K: ToString>(shop: &Shop, topic: &Topic, keys: Vec<K>) -> kit::Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let tx = shop.database.begin_write().await?;
    for key in keys {
        enqueue_once(&tx, topic, key, &(), &shop.clock).await?;
    }
    Ok(tx.commit().await?)
}
