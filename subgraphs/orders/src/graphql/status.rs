//! The states, as the schema names them.

use async_graphql::Enum;

use crate::{domain, repository::list};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::OrderStatus")]
pub enum OrderStatus {
    /// Placed, but it is not known yet whether the goods could be reserved. Send `placeOrder` again with the same key.
    Pending,
    /// The goods could not be reserved. Kept for the audit, never shown.
    Rejected,
    /// The goods are reserved until `expiresAt`.
    AwaitingPayment,
    /// The last payment was declined. The goods are still reserved, and the order can be paid again, until `expiresAt`.
    PaymentFailed,
    /// The money was taken.
    Paid,
    /// The goods have left.
    Fulfilled,
    /// Its customer, or an administrator, gave it up before it was paid.
    Cancelled,
    /// It was not paid in time.
    Expired,
    /// The money went back.
    Refunded,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PaymentStatus")]
pub enum PaymentStatus {
    /// It is not known yet whether the money was taken.
    Pending,
    /// The money was taken.
    Succeeded,
    /// The money was not taken, and never will be; `failureCode` says why.
    Failed,
    /// The money went back.
    Refunded,
}

/// What a list of orders is sorted by; the id breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "list::OrderSortField")]
pub enum OrderSortField {
    /// When the order was placed.
    CreatedAt,
    /// When its status last changed.
    UpdatedAt,
}
