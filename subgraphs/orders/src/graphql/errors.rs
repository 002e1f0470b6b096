//! `userErrors`, as this domain's clients see them.

use kit::{Failure, money::Money};

use super::status::{OrderStatus, PaymentStatus};
use crate::refusal::{Denied, ErrorCode, Refusal};

kit::user_error_type!(StateError, "The order is in a state that does not allow this.", {
    /// The state it is in.
    from: OrderStatus,
    /// The states that would allow it.
    allowed: Vec<OrderStatus>,
});
// Its fields are not called as those of `StateError`: fields of one name must have one type wherever a client selects both.
kit::user_error_type!(PaymentStateError, "A payment of the order is in a state that does not allow this.", {
    /// The state the payment is in.
    payment_status: PaymentStatus,
    /// The states that would allow it.
    allowed_payment_statuses: Vec<PaymentStatus>,
});
kit::user_error_type!(PriceError, "A product costs something else than was expected.", {
    /// The product.
    product_id: async_graphql::ID,
    /// What one was expected to cost.
    expected_unit_price: Money,
    /// What one costs.
    present_unit_price: Money,
});
kit::user_errors!(StockError, IdempotencyError; StateError, PaymentStateError, PriceError);

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Input(problem) | Refusal::Total { problem, .. } => problem.into(),
            Refusal::Stock { problem, product, requested, available } => {
                Self::StockError(StockError::new(problem, product.to_string().into(), requested, available))
            }
            Refusal::State { problem, from, allowed } => {
                let allowed = allowed.into_iter().map(Into::into).collect();
                StateError::new(problem, from.into(), allowed).into()
            }
            Refusal::PaymentState { problem, from, allowed } => {
                let allowed = allowed.into_iter().map(Into::into).collect();
                PaymentStateError::new(problem, from.into(), allowed).into()
            }
            Refusal::Price { problem, product, expected, present } => {
                PriceError::new(problem, product.to_string().into(), expected, present).into()
            }
            Refusal::Idempotency(problem) => Self::IdempotencyError(IdempotencyError::new(problem)),
        }
    }
}

/// What was refused, as a payload shows it.
pub(super) struct Refused {
    /// Why.
    pub user_errors: Vec<UserError>,
    /// What the order would cost, where that is why.
    pub present_total: Option<Money>,
}

/// Tells what goes into a payload from what goes to the top of the answer.
pub(super) fn outcome<T>(result: Result<T, Denied>) -> Result<Result<T, Refused>, Failure> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(Denied::Failed(failure)) => Err(failure),
        Err(Denied::Refused(refusals)) => {
            let present_total = refusals.iter().find_map(|refusal| match refusal {
                Refusal::Total { present, .. } => Some(*present),
                _ => None,
            });
            Ok(Err(Refused { user_errors: refusals.into_iter().map(Into::into).collect(), present_total }))
        }
    }
}
