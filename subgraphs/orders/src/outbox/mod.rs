//! Delivers what must be said to others, until they have heard it.
//!
//! Every message is a command that may be repeated, so delivery is at least once: the command first, then the mark.
//! Use cases deliver at once what they have just stored ([`deliver`]); what is not heard then, a worker delivers.

mod address;
mod refund;
mod stock;

use kit::jobs::Worker;

use self::{address::AddressHandler, refund::RefundHandler, stock::StockHandler};
use crate::{
    domain::{Effect, OrderId},
    repository::outbox::{REFUND, SAVE_ADDRESS, STOCK},
    shop::Shop,
};

/// The worker that tells products what has become of held stock.
pub(crate) fn stock_worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), STOCK, StockHandler(shop.clone()))
}

/// The worker that gives money back.
pub(crate) fn refund_worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), REFUND, RefundHandler(shop.clone()))
}

/// The worker that gives users the addresses that customers want to keep.
pub(crate) fn address_worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), SAVE_ADDRESS, AddressHandler(shop.clone()))
}

/// Delivers at once what follows from a step of `order` that has just been stored, within the time that a customer may be
/// kept waiting.
pub(crate) async fn deliver(shop: &Shop, order: OrderId, effect: Effect) {
    let worker = match effect {
        Effect::Consume | Effect::Release => stock_worker(shop),
        Effect::Refund(_) => refund_worker(shop),
    };
    worker.run_key(order, shop.patience.delivery).await;
}
