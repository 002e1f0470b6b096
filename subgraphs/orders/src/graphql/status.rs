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

/// Why the money of a payment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::FailureCode")]
pub enum PaymentFailureCode {
    /// The bank refused. Another means of payment may do.
    CardDeclined,
    /// The payment provider does not know the `paymentToken`.
    InvalidToken,
    /// The charge never arrived at the payment provider, and cannot arrive any more.
    NotReceived,
    /// The payment provider turned out to have taken no money.
    NotCharged,
    /// The money went back before it counted.
    Refunded,
    /// Any other reason.
    Declined,
}

/// Why an order's timeline moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Cause")]
pub enum OrderTransitionCause {
    /// The customer placed the order.
    Placed,
    /// The goods are reserved.
    GoodsReserved,
    /// The goods could not be reserved. Never shown.
    Rejected,
    /// It is not known yet whether a payment succeeded; the status stays.
    PaymentInDoubt,
    /// A payment was declined.
    PaymentDeclined,
    /// A payment succeeded.
    PaymentSucceeded,
    /// Nobody paid in time.
    NotPaidInTime,
    /// The customer gave the order up.
    CancelledByCustomer,
    /// An administrator gave the order up.
    CancelledByAdministrator,
    /// The goods were no longer there.
    GoodsLost,
    /// The payment provider turned out to have taken no money.
    NotCharged,
    /// The goods have left.
    Shipped,
    /// An administrator gave the money back.
    RefundedByAdministrator,
    /// The payment provider turned out to have given the money back.
    RefundedByProvider,
    /// The money came when the order had ended, and goes back.
    PaidTooLate,
}

/// Something that can be done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Action")]
pub enum OrderAction {
    /// `payOrder`.
    Pay,
    /// `cancelOrder`.
    Cancel,
    /// `refundOrder`.
    Refund,
    /// `fulfillOrder`.
    Fulfill,
}

/// What a list of orders is sorted by; the id breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "list::OrderSortField")]
pub enum OrderSortField {
    /// When the order was placed.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}
