//! `userErrors`, as this domain's clients see them.

use kit::{Failure, money::Money};

use crate::refusal::{Denied, ErrorCode, Refusal};

kit::user_errors!(StockError, StateError, IdempotencyError);

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Input(problem) | Refusal::Total { problem, .. } => problem.into(),
            Refusal::Stock { problem, product, requested, available } => {
                Self::StockError(StockError::new(problem, product.to_string().into(), requested, available))
            }
            Refusal::State { problem, from, allowed } => Self::StateError(StateError::new(problem, from, allowed)),
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
