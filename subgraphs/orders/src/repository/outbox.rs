//! What must be said to others because of a stored step, as jobs: written in the transaction of the step, read by
//! [`crate::outbox`].

use kit::{
    Clock,
    jobs::{Topic, enqueue},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};

use crate::domain::{Effect, Order, PaymentId};

/// Messages to products about the stock of an order. Their key is the order: what is said of one order is heard in the
/// order in which it happened.
pub const STOCK: Topic = Topic::new("stock");
/// Money that goes back. Its key is the order, too, but its topic is another: a refund waits for no stock.
pub const REFUND: Topic = Topic::new("refund");
/// An order's address that goes into its customer's address book. Its key is the order, and it has no payload: the order
/// says the rest.
pub const SAVE_ADDRESS: Topic = Topic::new("save-address");

/// The payload of a job of [`STOCK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StockMessage {
    /// The held stock has been sold.
    Consume,
    /// The stock is free again.
    Release {
        /// Which hold on the stock, and all before it.
        attempt: i32,
    },
}

/// The payload of a job of [`REFUND`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundMessage {
    /// Whose money goes back, in full.
    pub payment: PaymentId,
}

/// Adds the message that follows from a step of `order`, in the same transaction.
pub async fn insert(db: &impl ConnectionTrait, order: &Order, effect: Effect, clock: &Clock) -> Result<(), DbErr> {
    match effect {
        Effect::Consume => enqueue(db, &STOCK, order.id, &StockMessage::Consume, clock).await,
        Effect::Release => {
            enqueue(db, &STOCK, order.id, &StockMessage::Release { attempt: order.attempt }, clock).await
        }
        Effect::Refund(payment) => enqueue(db, &REFUND, order.id, &RefundMessage { payment }, clock).await,
    }
}
