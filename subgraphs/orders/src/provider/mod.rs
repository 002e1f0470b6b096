//! Whoever takes the money.
//!
//! A provider is asked to charge under a key and charges at most once per key, however often it is asked. It may fail
//! to answer; then nobody knows, and it is asked again with [`PaymentProvider::lookup`]. It knows nothing of orders.

mod sandbox;

use async_trait::async_trait;
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
        /// A short code, shown to the customer; what is longer than 64 characters is cut.
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

/// The way to one payment provider.
#[async_trait]
pub trait PaymentProvider: Send + Sync + 'static {
    /// Takes `amount` from whom `token` stands for, once per `key`.
    async fn charge(&self, key: PaymentId, amount: Money, token: &str) -> Charge;

    /// What became of the charge under `key`.
    ///
    /// A key that the provider has never seen is *closed* by asking: it answers with a decline now and ever after, so
    /// that a charge that is still on its way cannot take money for a payment that has been given up.
    async fn lookup(&self, key: PaymentId) -> Charge;

    /// Gives all the money of the charge under `key` back, once.
    async fn refund(&self, key: PaymentId) -> Result<(), ProviderDown>;
}
