//! Whoever takes the money.
//!
//! A provider is asked to charge under a key and charges at most once per key, however often it is asked. It may fail
//! to answer; then nobody knows, and it is asked again with [`PaymentProvider::lookup`]. It knows nothing of orders.
//!
//! Its books are outside of the shop, and are the truth about the money: [`PaymentProvider::charges`] reads them in pages,
//! [`PaymentProvider::find`] by key, so that a shop that was restored from a backup finds what it has forgotten.

mod sandbox;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kit::money::Money;

pub use sandbox::Sandbox;

use crate::domain::{Outcome, PaymentId};

/// What a provider answered to a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Charge {
    /// The money was taken.
    Succeeded,
    /// It was not, for this reason.
    Declined {
        /// A short word of the provider's, kept for operators; what is longer than 64 characters is cut. Those that
        /// [`crate::domain::FailureCode`] knows are shown to the customer.
        code: String,
    },
    /// No answer came. The money may have been taken or not.
    Unknown,
}

impl Charge {
    /// What is known, if anything is.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Succeeded => Some(Outcome::Succeeded),
            Self::Declined { code } => Some(Outcome::declined(&code)),
            Self::Unknown => None,
        }
    }
}

/// The provider could not be reached, or has trouble of its own.
#[derive(Debug, thiserror::Error)]
#[error("the payment provider does not answer: {0}")]
pub struct ProviderDown(pub String);

/// A charge as it stands in the provider's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Under which key it was asked for.
    pub key: PaymentId,
    /// How much. `None` for a key that was closed before a charge came.
    pub amount: Option<Money>,
    /// What became of it.
    pub state: Booking,
    /// When it was written down.
    pub at: DateTime<Utc>,
}

/// What became of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// The provider has the money.
    Taken,
    /// The money went back.
    Refunded,
    /// The money was never taken, and never will be.
    Declined,
}

/// Where a page of the provider's books begins: behind this moment, or at it behind this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The last charge of that moment that has been read, if any has.
    pub after: Option<PaymentId>,
}

impl Since {
    /// From `at` on, that moment included.
    pub fn from(at: DateTime<Utc>) -> Self {
        Self { at, after: None }
    }

    /// Behind this charge.
    pub fn behind(charge: &Booked) -> Self {
        Self { at: charge.at, after: Some(charge.key) }
    }
}

/// The way to one payment provider.
#[async_trait]
pub trait PaymentProvider: Send + Sync + 'static {
    /// Takes `amount` from whom `token` stands for, once per `key`.
    async fn charge(&self, key: PaymentId, amount: Money, token: &str) -> Charge;

    /// What became of the charge under `key`.
    ///
    /// A key that the provider has never seen is *closed* by asking: it answers with a decline now and ever after, so
    /// that a charge that is still on its way cannot take money for a payment that has been given up. A charge whose money
    /// went back counts as declined.
    async fn lookup(&self, key: PaymentId) -> Charge;

    /// Gives all the money of the charge under `key` back, once. It may be repeated.
    async fn refund(&self, key: PaymentId) -> Result<(), ProviderDown>;

    /// The next page of the provider's books: at most `limit` charges, the oldest first, and of one moment by key. None:
    /// there are no more.
    async fn charges(&self, since: Since, limit: u64) -> Result<Vec<Booked>, ProviderDown>;

    /// Those of the charges under `keys` that the provider has in its books. Unlike [`PaymentProvider::lookup`] it changes
    /// nothing.
    async fn find(&self, keys: &[PaymentId]) -> Result<Vec<Booked>, ProviderDown>;
}
