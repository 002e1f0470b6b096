//! Why something was not done, where the one who asked can do something about it.

use std::fmt;

use async_graphql::Enum;
use kit::{
    Failure,
    jobs::JobError,
    money::Money,
    user_error::{Bounds, Problem},
};
use sea_orm::DbErr;

use crate::domain::{OrderStatus, PaymentStatus, ProductId, Unpayable, WrongState};

/// Why an input was not accepted. Each domain has values of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ErrorCode {
    /// The id is malformed, or that of another kind of thing.
    InvalidId,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// Nothing was given where something must be.
    Required,
    /// The text is longer than it may be.
    TooLong,
    /// The value has a form that is not accepted.
    Invalid,
    /// The order has too many items.
    TooManyItems,
    /// The quantity is outside of its bounds; of one product, 1 to 9999 can be ordered at a time.
    InvalidQuantity,
    /// Give either `addressId` or `shippingAddress`, not both.
    AddressAmbiguous,
    /// You have no saved address with this id.
    AddressNotFound,
    /// The country must be a two-letter code of ISO 3166-1.
    InvalidCountryCode,
    /// An idempotency key has 8 to 255 characters, and no control characters.
    InvalidIdempotencyKey,
    /// The idempotency key was used before, with another input.
    IdempotencyKeyMismatch,
    /// There is no such currency.
    InvalidCurrency,
    /// The amount is no plain number, negative, too high, or finer than its currency.
    InvalidAmount,
    /// There is no such product, or it is no longer sold.
    ProductNotFound,
    /// More was asked for than there is in stock; see `available`.
    InsufficientStock,
    /// The products of one order have prices in different currencies.
    CurrencyMismatch,
    /// A product costs something else than was expected; see `presentUnitPrice`.
    PriceChanged,
    /// The total is not the one that was expected; `presentTotal` says what it is.
    TotalChanged,
    /// The total is too large to be charged.
    TotalTooLarge,
    /// You have as many unpaid orders, or pieces in them, as one account may have; pay or cancel one of them first.
    TooManyOpenOrders,
    /// The thing is in a state that does not allow this; see `from` and `allowed`.
    InvalidState,
}

/// One reason, with what a client needs to act on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An input that cannot be accepted.
    Input(Problem<ErrorCode>),
    /// More was asked for than there is.
    Stock {
        /// Where and why.
        problem: Problem<ErrorCode>,
        /// The product that there is too little of.
        product: ProductId,
        /// How many were asked for.
        requested: i32,
        /// How many there are.
        available: i32,
    },
    /// The order is in another state.
    State {
        /// Where and why.
        problem: Problem<ErrorCode>,
        /// The state it is in.
        from: OrderStatus,
        /// The states that would allow it.
        allowed: Vec<OrderStatus>,
    },
    /// A payment of the order is in a state in which no other may begin.
    PaymentState {
        /// Where and why.
        problem: Problem<ErrorCode>,
        /// The state it is in.
        from: PaymentStatus,
        /// The states that would allow it.
        allowed: Vec<PaymentStatus>,
    },
    /// The key was used with another input.
    Idempotency(Problem<ErrorCode>),
    /// A product costs something else than was expected.
    Price {
        /// Where and why.
        problem: Problem<ErrorCode>,
        /// The product.
        product: ProductId,
        /// What was expected.
        expected: Money,
        /// What one costs.
        present: Money,
    },
    /// The total is another one than was expected.
    Total {
        /// Where and why.
        problem: Problem<ErrorCode>,
        /// What the order would cost.
        present: Money,
    },
}

/// Why a use case ended without doing anything.
#[derive(Clone, Debug)]
pub enum Denied {
    /// For reasons that the client can act on: `userErrors`.
    Refused(Vec<Refusal>),
    /// For reasons that it cannot: a top-level error.
    Failed(Failure),
}

impl Refusal {
    /// An input that cannot be accepted, at this place.
    pub fn input<const N: usize>(code: ErrorCode, message: impl Into<String>, path: [&str; N]) -> Self {
        Self::Input(Problem::new(code, message).at(path))
    }

    /// An input outside of these bounds, at this place.
    pub fn outside<const N: usize>(
        bounds: Bounds,
        code: ErrorCode,
        message: impl Into<String>,
        path: [&str; N],
    ) -> Self {
        Self::Input(Problem::new(code, message).at(path).within(bounds))
    }

    /// No order with this id that the caller may know of.
    pub fn no_such_order() -> Self {
        Self::input(ErrorCode::NotFound, "You have no such order.", ["input", "orderId"])
    }

    /// The idempotency key was used with another input.
    pub fn key_mismatch() -> Self {
        let message = "This idempotency key was used before, with another input.";
        Self::Idempotency(Problem::new(ErrorCode::IdempotencyKeyMismatch, message).at(["input", "idempotencyKey"]))
    }

    /// Where and why.
    pub fn problem(&self) -> &Problem<ErrorCode> {
        match self {
            Self::Input(problem)
            | Self::Idempotency(problem)
            | Self::Stock { problem, .. }
            | Self::State { problem, .. }
            | Self::PaymentState { problem, .. }
            | Self::Price { problem, .. }
            | Self::Total { problem, .. } => problem,
        }
    }
}

impl From<WrongState> for Refusal {
    fn from(wrong: WrongState) -> Self {
        let problem = Problem::new(ErrorCode::InvalidState, wrong.message).at(["input", "orderId"]);
        Self::State { problem, from: wrong.from, allowed: wrong.allowed }
    }
}

impl From<Unpayable> for Refusal {
    fn from(unpayable: Unpayable) -> Self {
        match unpayable {
            Unpayable::Order(wrong) => wrong.into(),
            Unpayable::Payment(from) => {
                let message = "A payment of this order is still on its way. Wait until it has succeeded or failed.";
                let problem = Problem::new(ErrorCode::InvalidState, message).at(["input", "orderId"]);
                Self::PaymentState { problem, from, allowed: vec![PaymentStatus::Failed] }
            }
        }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Denied {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

impl From<WrongState> for Denied {
    fn from(wrong: WrongState) -> Self {
        Refusal::from(wrong).into()
    }
}

impl From<Failure> for Denied {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<DbErr> for Denied {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

/// For background jobs: a refusal does not go away by itself, a failure may.
impl From<Denied> for JobError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(_) => Self::Failed(denied.to_string()),
            Denied::Failed(failure) => failure.into(),
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => write!(f, "refused: {refusals:?}"),
            Self::Failed(failure) => write!(f, "{failure:?}"),
        }
    }
}
