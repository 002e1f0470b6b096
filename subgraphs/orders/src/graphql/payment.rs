//! An attempt to pay, in the schema.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use kit::Result;
use kit::money::Money;
use kit::time::Timestamp;

use super::status::{PaymentFailureCode, PaymentStatus};
use crate::{
    domain::{self, FailureCode},
    loader::Siblings,
    shop::Shop,
};

/// One attempt to pay an order.
pub struct Payment {
    /// The payment.
    pub payment: domain::Payment,
    /// The orders that were read together, and what belongs to them.
    pub siblings: Arc<Siblings>,
}

/// One attempt to pay an order. At most one of an order succeeds.
#[Object]
impl Payment {
    /// The payment's id.
    async fn id(&self) -> ID {
        self.payment.id.to_string().into()
    }

    /// Where the payment stands.
    async fn status(&self) -> PaymentStatus {
        self.payment.status.into()
    }

    /// The full total of the order.
    async fn amount(&self) -> Money {
        self.payment.amount
    }

    /// Why the money was not taken. Null unless the payment has failed.
    async fn failure_code(&self) -> Option<PaymentFailureCode> {
        self.payment.failure_code.as_deref().map(|word| FailureCode::of(word).into())
    }

    /// When the payment provider will be asked next what became of the payment: a good time to look again, a moment
    /// later. Null when the payment is settled.
    async fn next_check_at(&self, context: &Context<'_>) -> Result<Option<Timestamp>> {
        let shop = context.data_unchecked::<Shop>();
        Ok(self.siblings.next_check(shop, &self.payment).await?.map(Into::into))
    }

    /// When the attempt began.
    async fn created_at(&self) -> Timestamp {
        self.payment.created_at.into()
    }

    /// When its status last changed.
    async fn updated_at(&self) -> Timestamp {
        self.payment.updated_at.into()
    }
}
