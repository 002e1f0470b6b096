//! An attempt to pay, in the schema.

use async_graphql::{ID, Object};
use kit::money::Money;
use kit::time::Timestamp;

use super::status::PaymentStatus;
use crate::domain;

/// One attempt to pay an order.
pub struct Payment(pub domain::Payment);

/// One attempt to pay an order. At most one of an order succeeds.
#[Object]
impl Payment {
    /// The payment's id.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Where the payment stands.
    async fn status(&self) -> PaymentStatus {
        self.0.status.into()
    }

    /// The full total of the order.
    async fn amount(&self) -> Money {
        self.0.amount
    }

    /// Why the money was not taken, in the payment provider's words: `CARD_DECLINED`, `INVALID_TOKEN`, `NOT_RECEIVED`.
    /// Null unless the payment has failed.
    async fn failure_code(&self) -> Option<&str> {
        self.0.failure_code.as_deref()
    }

    /// When the attempt began.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at.into()
    }

    /// When its status last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at.into()
    }
}
