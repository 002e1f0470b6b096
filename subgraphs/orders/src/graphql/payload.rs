//! What mutations answer.

use async_graphql::SimpleObject;
use kit::money::Money;

use super::{
    errors::{Refused, UserError},
    order::Order,
    payment::Payment,
};

/// What became of `placeOrder`.
#[derive(Default, SimpleObject)]
pub struct PlaceOrderPayload {
    /// The order; null where nothing was ordered.
    pub order: Option<Order>,
    /// An earlier request with the same idempotency key had placed the order.
    pub replayed: bool,
    /// What the order would cost, where that is not the `expectedTotal`.
    pub present_total: Option<Money>,
    /// Why nothing was ordered.
    pub user_errors: Vec<UserError>,
}

/// What became of `payOrder`.
#[derive(Default, SimpleObject)]
pub struct PayOrderPayload {
    /// The order as it is now; null where nothing was attempted.
    pub order: Option<Order>,
    /// The attempt to pay. It may have failed (`status`, `failureCode`); that is no user error.
    pub payment: Option<Payment>,
    /// An earlier request with the same idempotency key had made the attempt.
    pub replayed: bool,
    /// Why nothing was attempted.
    pub user_errors: Vec<UserError>,
}

/// What became of `cancelOrder`.
#[derive(Default, SimpleObject)]
pub struct CancelOrderPayload {
    /// The order as it is now; null where it was not cancelled.
    pub order: Option<Order>,
    /// An earlier request with the same idempotency key had cancelled the order.
    pub replayed: bool,
    /// Why it was not cancelled.
    pub user_errors: Vec<UserError>,
}

/// What became of `refundOrder`.
#[derive(Default, SimpleObject)]
pub struct RefundOrderPayload {
    /// The order as it is now; null where it was not refunded.
    pub order: Option<Order>,
    /// An earlier request with the same idempotency key had refunded the order.
    pub replayed: bool,
    /// Why it was not refunded.
    pub user_errors: Vec<UserError>,
}

/// What became of `fulfillOrder`.
#[derive(Default, SimpleObject)]
pub struct FulfillOrderPayload {
    /// The order as it is now; null where it was not fulfilled.
    pub order: Option<Order>,
    /// Why it was not fulfilled.
    pub user_errors: Vec<UserError>,
}

macro_rules! refused {
    ($($payload:ident),*) => {$(
        impl From<Refused> for $payload {
            fn from(refused: Refused) -> Self {
                Self { user_errors: refused.user_errors, ..Self::default() }
            }
        }
    )*};
}

refused!(PayOrderPayload, CancelOrderPayload, RefundOrderPayload, FulfillOrderPayload);

impl From<Refused> for PlaceOrderPayload {
    fn from(refused: Refused) -> Self {
        Self { user_errors: refused.user_errors, present_total: refused.present_total, ..Self::default() }
    }
}
