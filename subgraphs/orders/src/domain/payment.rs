//! One attempt to pay an order, and what a provider may say about it.

use chrono::{DateTime, Utc};
use kit::money::Money;

use super::{
    ids::{OrderId, PaymentId},
    status::PaymentStatus,
};

/// The longest failure code that is kept, in characters. A provider may send more.
pub const MAX_FAILURE_CODE: usize = 64;

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
    /// Why the money was not taken, in the provider's word: kept for operators; [`FailureCode::of`] is shown.
    pub failure_code: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When its status last changed.
    pub updated_at: DateTime<Utc>,
}

/// Why money was not taken, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureCode {
    /// The bank refused.
    CardDeclined,
    /// The provider does not know what it was shown.
    InvalidToken,
    /// The charge never arrived at the provider, and cannot arrive any more.
    NotReceived,
    /// The provider turned out to have taken no money.
    NotCharged,
    /// The money went back before it counted.
    Refunded,
    /// Any other reason.
    Declined,
}

impl FailureCode {
    /// What a provider's word means. Most providers have words of their own beside these.
    pub fn of(word: &str) -> Self {
        match word {
            "CARD_DECLINED" => Self::CardDeclined,
            "INVALID_TOKEN" => Self::InvalidToken,
            "NOT_RECEIVED" => Self::NotReceived,
            "NOT_CHARGED" => Self::NotCharged,
            "REFUNDED" => Self::Refunded,
            _ => Self::Declined,
        }
    }
}

/// What is known of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money was taken.
    Succeeded,
    /// It was not, for this reason.
    Declined {
        /// The provider's word. [`Outcome::declined`] bounds it.
        code: String,
    },
}

impl Outcome {
    /// A decline for the provider's `code`: one line of at most [`MAX_FAILURE_CODE`] characters, `DECLINED` where the
    /// provider gave none. A provider may send anything; whatever it is, it can be stored.
    pub fn declined(code: &str) -> Self {
        let printable = code.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let code: String = printable.trim().chars().take(MAX_FAILURE_CODE).collect();
        let code = code.trim_end();
        Self::Declined { code: if code.is_empty() { "DECLINED".to_owned() } else { code.to_owned() } }
    }

    /// What becomes of the payment.
    pub fn status(&self) -> PaymentStatus {
        match self {
            Self::Succeeded => PaymentStatus::Succeeded,
            Self::Declined { .. } => PaymentStatus::Failed,
        }
    }

    /// What becomes of the payment's failure code.
    pub fn failure_code(&self) -> Option<&str> {
        match self {
            Self::Succeeded => None,
            Self::Declined { code } => Some(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decline_code_is_one_short_line_whatever_a_provider_sends() {
        let code = |sent: &str| Outcome::declined(sent).failure_code().unwrap().to_owned();
        assert_eq!(code("CARD_DECLINED"), "CARD_DECLINED");
        assert_eq!(code(&"x".repeat(65)), "x".repeat(64));
        assert_eq!(code(&"é".repeat(500)).chars().count(), MAX_FAILURE_CODE);
        assert_eq!(code(" do\0not\nhonour "), "do not honour");
        for empty in ["", "  ", "\0\n"] {
            assert_eq!(code(empty), "DECLINED");
        }
    }
}
