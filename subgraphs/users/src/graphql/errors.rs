//! From what a command answers to `userErrors`, or to a top-level error.

use async_graphql::Enum;

use crate::{
    accounts::{Outcome, Stop},
    domain,
};

/// Why an input was not accepted. Each domain has values of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::Code")]
pub enum ErrorCode {
    /// Nothing was given where something must be.
    Required,
    /// Shorter than allowed.
    TooShort,
    /// The text is longer than it may be.
    TooLong,
    /// The password is one of those that are guessed first: a common one, or one of the account's own names, with or
    /// without a few digits and signs.
    PasswordTooCommon,
    /// The value has a form that is not accepted.
    Invalid,
    /// The id is malformed, or that of another kind of thing.
    InvalidId,
    /// The country must be a two-letter code of ISO 3166-1.
    InvalidCountryCode,
    /// Another thing has this name, title, slug or address already; case does not tell two of them apart.
    Taken,
    /// No account has this name and password; which of the two is wrong is not told.
    InvalidCredentials,
    /// The refresh token is unknown, used or past its time, or its session has ended. Log in again.
    InvalidRefreshToken,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// Somebody else changed the thing first: read it again; see `currentVersion`.
    Conflict,
    /// There would be more than there may be.
    TooMany,
    /// An idempotency key has 8 to 255 characters, and no control characters.
    InvalidIdempotencyKey,
    /// The idempotency key was used before, with another input.
    IdempotencyKeyMismatch,
    /// Without this account nobody could administer the shop.
    LastAdmin,
}

kit::user_errors!(ConflictError, IdempotencyError);

impl From<domain::Problem> for UserError {
    fn from(problem: domain::Problem) -> Self {
        let domain::Problem { code, message, path, bounds, current_version } = problem;
        let problem = kit::user_error::Problem::new(ErrorCode::from(code), message).at(path).within(bounds);
        match (code, current_version) {
            (_, Some(version)) => Self::ConflictError(ConflictError::new(problem, version)),
            (domain::Code::IdempotencyKeyMismatch, None) => Self::IdempotencyError(IdempotencyError::new(problem)),
            (_, None) => problem.into(),
        }
    }
}

/// The two halves of a payload: what was done, or why nothing was.
pub fn settle<T>(outcome: Outcome<T>) -> kit::Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(Stop::Problems(problems)) => Ok((None, problems.into_iter().map(UserError::from).collect())),
        Err(Stop::Failure(failure)) => Err(failure),
    }
}
