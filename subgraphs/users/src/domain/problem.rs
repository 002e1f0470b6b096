//! Why an input cannot be accepted: first a [`Fault`] of one value, which does not know where the value stood, then a
//! [`Problem`] of the input, which does.

use kit::{
    idempotency::BadKey,
    postal::{AddressError, AddressProblem},
    text::TextError,
    user_error::Bounds,
};

/// What is wrong, for a program to decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Nothing was given where something must be.
    Required,
    /// Shorter than allowed.
    TooShort,
    /// Longer than allowed.
    TooLong,
    /// A password that is among the first that are guessed.
    PasswordTooCommon,
    /// Not of the form that is asked for.
    Invalid,
    /// Not an id, or the id of something else.
    InvalidId,
    /// Not a country of ISO 3166-1.
    InvalidCountryCode,
    /// Somebody else has it already.
    Taken,
    /// No account has this name with this password.
    InvalidCredentials,
    /// The refresh token is unknown, used or past its time, or its session has ended.
    InvalidRefreshToken,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// It has changed since it was read.
    Conflict,
    /// There are as many as there may be.
    TooMany,
    /// The idempotency key is too short or too long.
    InvalidIdempotencyKey,
    /// The idempotency key was used before, with another input.
    IdempotencyKeyMismatch,
    /// Without this account nobody could administer the shop.
    LastAdmin,
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For a program.
    pub code: Code,
    /// For a person.
    pub message: String,
    /// The bounds that the value is outside of, where there are any.
    pub bounds: Bounds,
}

impl Fault {
    /// A fault with a sentence about it.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), bounds: Bounds::default() }
    }

    /// The same fault of a value that is outside of `bounds`.
    #[must_use]
    pub fn within(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// The same fault of a value that stands at `input.<field>`.
    pub fn at(self, field: &str) -> Problem {
        Problem { path: path(field), ..self.of_input() }
    }

    /// The same fault of the input as a whole.
    pub fn of_input(self) -> Problem {
        let Self { code, message, bounds } = self;
        Problem { code, message, bounds, path: vec!["input".into()], current_version: None }
    }
}

impl From<BadKey> for Fault {
    fn from(error: BadKey) -> Self {
        Self::new(Code::InvalidIdempotencyKey, error.to_string()).within(BadKey::BOUNDS)
    }
}

impl From<TextError> for Fault {
    fn from(error: TextError) -> Self {
        let code = match error {
            TextError::Empty => Code::Required,
            TextError::TooLong { .. } => Code::TooLong,
            TextError::NotOneLine | TextError::Unprintable => Code::Invalid,
        };
        Self::new(code, error.to_string()).within(error.bounds())
    }
}

/// What is wrong with an input, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For a program.
    pub code: Code,
    /// For a person.
    pub message: String,
    /// Names of the input's fields, from the argument on.
    pub path: Vec<String>,
    /// The bounds that the value is outside of, where there are any.
    pub bounds: Bounds,
    /// Of a [`Code::Conflict`]: the version that is there now.
    pub current_version: Option<i32>,
}

impl From<AddressProblem> for Problem {
    fn from(problem: AddressProblem) -> Self {
        let message = problem.error.to_string();
        let fault = match problem.error {
            AddressError::Text(error) => error.into(),
            AddressError::Country => Fault::new(Code::InvalidCountryCode, message),
            AddressError::Phone => Fault::new(Code::Invalid, message),
        };
        fault.at(problem.field)
    }
}

impl Problem {
    /// The key belongs to another input.
    pub fn key_mismatch() -> Self {
        let message = "This idempotency key was used before, with another input.";
        Fault::new(Code::IdempotencyKeyMismatch, message).at("idempotencyKey")
    }

    /// What was to be changed has changed since `expectedVersion` was read.
    pub fn conflict(current_version: i32) -> Self {
        Self {
            code: Code::Conflict,
            message: format!("It has changed in the meantime: its version is {current_version} now."),
            path: path("expectedVersion"),
            bounds: Bounds::default(),
            current_version: Some(current_version),
        }
    }
}

fn path(field: &str) -> Vec<String> {
    vec!["input".into(), field.into()]
}

/// Collects what is wrong with an input, so that a person learns all of it at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The value, or its fault noted down under `input.<field>`.
    pub fn check<T>(&mut self, field: &str, value: Result<T, Fault>) -> Option<T> {
        value.map_err(|fault| self.0.push(fault.at(field))).ok()
    }

    /// What was collected, when there is anything.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
