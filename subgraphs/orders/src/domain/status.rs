//! The states of an order and of a payment, and the only ways from one to another.
//!
//! Both tables are the whole truth: what is not listed does not happen. They say nothing about who may ask for a
//! transition or when; that is [`super::order`]'s.

use std::{fmt, str::FromStr};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrderStatus {
    /// Placed, but products has not answered yet.
    Pending,
    /// Products refused. Kept for the audit, never shown.
    Rejected,
    /// The stock is held until the order expires.
    AwaitingPayment,
    /// The last payment was declined; the stock is still held.
    PaymentFailed,
    /// The money was taken.
    Paid,
    /// The goods have left.
    Fulfilled,
    /// Given up before it was paid.
    Cancelled,
    /// Not paid in time.
    Expired,
    /// The money went back.
    Refunded,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaymentStatus {
    /// Nobody knows yet whether the money was taken.
    Pending,
    /// The money was taken.
    Succeeded,
    /// The money was not taken, and never will be.
    Failed,
    /// The money went back.
    Refunded,
}

use OrderStatus as O;
use PaymentStatus as P;

/// Every transition of an order.
///
/// | from | to | because |
/// |---|---|---|
/// | PENDING | `AWAITING_PAYMENT` | products holds every line |
/// | PENDING | REJECTED | products refused, or never answered and the reconciler gave up |
/// | PENDING | CANCELLED | its owner or an administrator gave it up |
/// | `AWAITING_PAYMENT`, `PAYMENT_FAILED` | PAID | a payment succeeded |
/// | `AWAITING_PAYMENT` | `PAYMENT_FAILED` | a payment was declined |
/// | `AWAITING_PAYMENT`, `PAYMENT_FAILED` | CANCELLED | its owner or an administrator gave it up |
/// | `AWAITING_PAYMENT`, `PAYMENT_FAILED` | EXPIRED | nobody paid in time |
/// | EXPIRED | PAID | a success came late and the stock could be held again |
/// | EXPIRED, CANCELLED | REFUNDED | a success came late and the money goes back |
/// | PAID | FULFILLED | the goods have left |
/// | PAID, FULFILLED | REFUNDED | the shop gives the money back |
pub const ORDER_TRANSITIONS: &[(OrderStatus, OrderStatus)] = &[
    (O::Pending, O::AwaitingPayment),
    (O::Pending, O::Rejected),
    (O::Pending, O::Cancelled),
    (O::AwaitingPayment, O::Paid),
    (O::AwaitingPayment, O::PaymentFailed),
    (O::AwaitingPayment, O::Cancelled),
    (O::AwaitingPayment, O::Expired),
    (O::PaymentFailed, O::Paid),
    (O::PaymentFailed, O::Cancelled),
    (O::PaymentFailed, O::Expired),
    (O::Expired, O::Paid),
    (O::Expired, O::Refunded),
    (O::Cancelled, O::Refunded),
    (O::Paid, O::Fulfilled),
    (O::Paid, O::Refunded),
    (O::Fulfilled, O::Refunded),
];

/// Every transition of a payment.
///
/// | from | to | because |
/// |---|---|---|
/// | PENDING | SUCCEEDED | the provider took the money |
/// | PENDING | FAILED | the provider declined, or never heard of it |
/// | SUCCEEDED | REFUNDED | the provider confirmed that the money went back |
pub const PAYMENT_TRANSITIONS: &[(PaymentStatus, PaymentStatus)] =
    &[(P::Pending, P::Succeeded), (P::Pending, P::Failed), (P::Succeeded, P::Refunded)];

impl OrderStatus {
    /// Every status, in the order of an order's life.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Rejected,
        Self::AwaitingPayment,
        Self::PaymentFailed,
        Self::Paid,
        Self::Fulfilled,
        Self::Cancelled,
        Self::Expired,
        Self::Refunded,
    ];

    /// The states in which an order waits for its payment until it expires.
    pub const EXPIRING: [Self; 2] = [Self::AwaitingPayment, Self::PaymentFailed];

    /// Whether an order in this state expires unless it is paid.
    pub fn expires(self) -> bool {
        Self::EXPIRING.contains(&self)
    }

    /// Whether the table allows to go from here to `next`.
    pub fn may_become(self, next: Self) -> bool {
        ORDER_TRANSITIONS.contains(&(self, next))
    }

    /// The states from which `next` can be reached: what a client is told when it asked in the wrong one.
    pub fn leading_to(next: Self) -> Vec<Self> {
        ORDER_TRANSITIONS.iter().filter(|(_, to)| *to == next).map(|(from, _)| *from).collect()
    }

    /// The name in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Rejected => "REJECTED",
            Self::AwaitingPayment => "AWAITING_PAYMENT",
            Self::PaymentFailed => "PAYMENT_FAILED",
            Self::Paid => "PAID",
            Self::Fulfilled => "FULFILLED",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
            Self::Refunded => "REFUNDED",
        }
    }
}

impl OrderStatus {
    /// What such an order is, for people: "it has been paid already".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Pending => "it is not confirmed yet",
            Self::Rejected => "it was not accepted",
            Self::AwaitingPayment => "it has not been paid yet",
            Self::PaymentFailed => "its last payment failed",
            Self::Paid => "it has been paid already",
            Self::Fulfilled => "it has been shipped already",
            Self::Cancelled => "it has been cancelled",
            Self::Expired => "it was not paid in time",
            Self::Refunded => "it has been refunded",
        }
    }

    /// What is done to an order that becomes so, for people: it is "cancelled".
    pub fn as_participle(self) -> &'static str {
        match self {
            Self::Pending => "placed",
            Self::Rejected => "rejected",
            Self::AwaitingPayment => "confirmed",
            Self::PaymentFailed => "declined",
            Self::Paid => "paid",
            Self::Fulfilled => "shipped",
            Self::Cancelled => "cancelled",
            Self::Expired => "ended",
            Self::Refunded => "refunded",
        }
    }
}

impl PaymentStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Failed, Self::Refunded];

    /// Whether the table allows to go from here to `next`.
    pub fn may_become(self, next: Self) -> bool {
        PAYMENT_TRANSITIONS.contains(&(self, next))
    }

    /// The name in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Refunded => "REFUNDED",
        }
    }
}

/// A name that is no status.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a status")]
pub struct UnknownStatus(pub(super) String);

macro_rules! named {
    ($status:ty) => {
        impl fmt::Display for $status {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $status {
            type Err = UnknownStatus;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::ALL.into_iter().find(|s| s.as_str() == name).ok_or_else(|| UnknownStatus(name.to_owned()))
            }
        }
    };
}

named!(OrderStatus);
named!(PaymentStatus);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_database() {
        for status in OrderStatus::ALL {
            assert_eq!(status.as_str().parse::<OrderStatus>().unwrap(), status);
        }
        for status in PaymentStatus::ALL {
            assert_eq!(status.as_str().parse::<PaymentStatus>().unwrap(), status);
        }
        assert!("LOST".parse::<OrderStatus>().is_err());
    }

    #[test]
    fn nothing_leaves_an_end_and_nothing_returns_to_the_beginning() {
        for end in [O::Rejected, O::Refunded] {
            assert!(ORDER_TRANSITIONS.iter().all(|(from, _)| *from != end), "{end}");
        }
        for end in [P::Failed, P::Refunded] {
            assert!(PAYMENT_TRANSITIONS.iter().all(|(from, _)| *from != end), "{end}");
        }
        assert!(ORDER_TRANSITIONS.iter().all(|(_, to)| *to != O::Pending));
        assert!(PAYMENT_TRANSITIONS.iter().all(|(_, to)| *to != P::Pending));
    }

    #[test]
    fn an_order_without_a_payment_is_never_paid_fulfilled_or_refunded() {
        let paid = |status| matches!(status, O::Paid | O::Fulfilled | O::Refunded);
        for (from, to) in ORDER_TRANSITIONS {
            // Into the paid states only from where money can arrive; out of them never.
            assert!(!paid(*from) || paid(*to), "{from} → {to}");
            assert!(*from != O::Pending || !paid(*to), "{from} → {to}");
        }
    }
}
