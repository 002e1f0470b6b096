//! One attempt to pay an order, and what a provider may say about it.

use chrono::{DateTime, Utc};
use kit::money::Money;

use super::{
    ids::{OrderId, PaymentId},
    status::PaymentStatus,
};

/// The longest payment token that is passed on to a provider.
pub const MAX_TOKEN: usize = 255;

/// An attempt to pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// Also the key under which the provider charges at most once.
    pub id: PaymentId,
    /// What it pays.
    pub order: OrderId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The full total of the order.
    pub amount: Money,
    /// Why the money was not taken.
    pub failure_code: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When its status last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is known of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money was taken.
    Succeeded,
    /// It was not, for this reason.
    Declined {
        /// A short code, shown as `Payment.failureCode`.
        code: String,
    },
}

impl Outcome {
    /// What becomes of the payment.
    pub fn status(&self) -> PaymentStatus {
        match self {
            Self::Succeeded => PaymentStatus::Succeeded,
            Self::Declined { .. } => PaymentStatus::Failed,
        }
    }

    /// What becomes of `Payment.failureCode`.
    pub fn failure_code(&self) -> Option<&str> {
        match self {
            Self::Succeeded => None,
            Self::Declined { code } => Some(code),
        }
    }
}
