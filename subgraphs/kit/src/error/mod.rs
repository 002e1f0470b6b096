//! What went wrong, in two halves: what a client may see, and what only the log may know.
//!
//! Resolvers return [`Result`]. A [`Failure`] has a code and a sentence for the client and, where the fault is ours, a
//! cause that is logged beside the request's id and never leaves the process. Whatever reaches [`server`](crate::server)
//! *without* having been made here is masked there.

mod code;

use std::{fmt, sync::Arc, time::Duration};

use async_graphql::{ErrorExtensionValues, Value};
use sea_orm::DbErr;

pub use code::Code;

use crate::database::Reason;

/// What resolvers, loaders and repositories return.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// A top-level GraphQL error in the making.
///
/// It is deliberately not `Display`: async-graphql would then turn it into an error without a code.
#[derive(Clone)]
pub struct Failure(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    code: Code,
    message: String,
    cause: Option<Arc<str>>,
    about: Option<String>,
    input_path: Vec<String>,
    retry_after: Option<Duration>,
}

impl Failure {
    fn new(code: Code, message: impl Into<String>) -> Self {
        let (message, input_path) = (message.into(), Vec::new());
        Self(Arc::new(Parts { code, message, cause: None, about: None, input_path, retry_after: None }))
    }

    /// The field is for users who are logged in.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "Log in to see or do this.")
    }

    /// The access token was shown and is not believed, or cannot be checked at the moment.
    pub fn bad_token(error: schema::token::TokenError) -> Self {
        match error {
            schema::token::TokenError::Unavailable => Self::uncheckable(error),
            _ => Self::new(Code::Unauthenticated, error.to_string()),
        }
    }

    /// The service token was shown and cannot be checked at the moment.
    pub fn unknown_service(error: schema::keys::KeysUnavailable) -> Self {
        Self::uncheckable("The calling process cannot be verified at the moment. Try again later.").because(error)
    }

    fn uncheckable(message: impl fmt::Display) -> Self {
        Self::new(Code::Unavailable, message.to_string()).with(|parts| parts.retry_after = Some(COME_BACK))
    }

    /// The caller is known and may not.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "You may not see or do this.")
    }

    /// A value that no scalar or argument accepts.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    /// A list was asked for beyond its deepest page.
    pub fn page_too_deep() -> Self {
        let deepest = crate::page::MAX_PAGE;
        Self::new(Code::PageTooDeep, format!("Pages beyond {deepest} are not served; narrow the list by a filter."))
    }

    /// Too many attempts; worth another one after `retry_after`.
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::new(Code::RateLimited, "Too many attempts. Try again later.").with(|parts| {
            parts.retry_after = Some(retry_after);
        })
    }

    /// The request weighs more than it may.
    pub fn payload_too_large(limit: usize) -> Self {
        Self::new(Code::PayloadTooLarge, format!("A request may have at most {limit} bytes."))
    }

    /// The request is about more entities than it may be.
    pub fn too_many_entities(limit: usize) -> Self {
        Self::new(Code::CostExceeded, format!("A request may hold at most {limit} representations."))
    }

    /// The caller no longer waits for the answer.
    pub fn too_late() -> Self {
        Self::new(Code::Timeout, "The answer was not ready in time.")
    }

    /// Another domain does not answer.
    pub fn unavailable(who: &str) -> Self {
        Self::new(Code::Unavailable, format!("The {who} service does not answer. Try again later."))
    }

    /// Our database does not do what it is asked to; the same request may succeed later. `cause` is logged.
    fn no_database(cause: impl fmt::Display) -> Self {
        Self::new(Code::Unavailable, "The service is not available at the moment. Try again later.")
            .because(cause)
            .with(|parts| parts.retry_after = Some(COME_BACK))
    }

    /// A fault of ours. `cause` is logged beside the request's id; the client learns that something went wrong.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::Internal, INTERNAL_MESSAGE).with(|parts| parts.cause = Some(cause.to_string().into()))
    }

    /// Says which entity failed, so that the router can tell the error's place in a list of entities.
    #[must_use]
    pub fn about(self, id: impl fmt::Display) -> Self {
        self.with(|parts| parts.about = Some(id.to_string()))
    }

    /// Says where in the field's arguments the fault is: `.at(["where", "price", "gte"])`.
    #[must_use]
    pub fn at<S: Into<String>>(self, path: impl IntoIterator<Item = S>) -> Self {
        self.with(|parts| parts.input_path = path.into_iter().map(Into::into).collect())
    }

    /// The same fault one step further out: `.below("where")` puts `where` in front of the place.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a step is a name or an index, mostly a literal")]
    pub fn below(self, step: impl ToString) -> Self {
        self.with(|parts| parts.input_path.insert(0, step.to_string()))
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn because(self, cause: impl fmt::Display) -> Self {
        self.with(|parts| parts.cause = Some(cause.to_string().into()))
    }

    fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The machine-readable reason.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The sentence that the client reads.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What only the log may know.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The id of the entity that failed, where it was named.
    pub(crate) fn entity(&self) -> Option<&str> {
        self.0.about.as_deref()
    }

    /// Where in the field's arguments the fault is; empty where it is in none of them.
    pub fn input_path(&self) -> &[String] {
        &self.0.input_path
    }

    /// After which time another attempt makes sense.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

/// When another attempt makes sense where something of ours does not answer.
const COME_BACK: Duration = Duration::from_secs(1);
/// All that a client learns of a fault of ours.
pub(crate) const INTERNAL_MESSAGE: &str = "Something went wrong on our side.";

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.message)?;
        self.cause().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", failure.code().as_str());
        if let Some(after) = failure.retry_after() {
            extensions.set("retryAfter", Value::from(after.as_secs().max(1)));
        }
        if !failure.input_path().is_empty() {
            extensions.set("inputPath", Value::from(failure.input_path().to_vec()));
        }
        let message = failure.message().to_owned();
        Self { message, source: Some(Arc::new(failure)), extensions: Some(extensions) }
    }
}

/// `UNAVAILABLE` where the database is out of reach, full, read-only or locked, `TIMEOUT` where time was over, and `INTERNAL`
/// for all that is our own fault.
impl From<&DbErr> for Failure {
    fn from(error: &DbErr) -> Self {
        match Reason::of(error) {
            Some(reason) if reason.is_outage() => Self::no_database(format_args!("{reason}: {error}")),
            Some(reason @ Reason::Cancelled) => Self::too_late().because(format_args!("{reason}: {error}")),
            Some(reason) => Self::internal(format_args!("{reason}: {error}")),
            None => Self::internal(error),
        }
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::from(&error)
    }
}

impl From<Arc<DbErr>> for Failure {
    fn from(error: Arc<DbErr>) -> Self {
        Self::from(&*error)
    }
}

/// From async-graphql's own functions, such as asking a context for data that nobody put there.
impl From<async_graphql::Error> for Failure {
    fn from(error: async_graphql::Error) -> Self {
        error
            .source
            .and_then(|source| source.downcast_ref::<Self>().cloned())
            .unwrap_or_else(|| Self::internal(error.message))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<DbErr>() {
            Some(error) => Self::from(error),
            None => Self::internal(format!("{error:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_stays_inside() {
        let failure = Failure::from(DbErr::Custom("password=hunter2".into()));
        let error = async_graphql::Error::from(failure.clone());
        assert_eq!(error.message, INTERNAL_MESSAGE);
        assert!(!serde_json::to_string(&error).unwrap().contains("hunter2"));
        assert!(failure.cause().unwrap().contains("hunter2"));
    }

    #[test]
    fn a_database_that_is_out_of_reach_is_no_fault_of_ours() {
        let error = |error| Failure::from(DbErr::Query(sea_orm::RuntimeErr::SqlxError(Arc::new(error))));
        let refused = error(sea_orm::error::SqlxError::Io(std::io::ErrorKind::ConnectionRefused.into()));
        assert_eq!(refused.code(), Code::Unavailable);
        assert!(refused.cause().unwrap().starts_with("the database refuses connections: "), "{refused:?}");
        assert!(refused.retry_after().is_some());
        assert_eq!(error(sea_orm::error::SqlxError::ColumnNotFound("x".into())).code(), Code::Internal);
    }

    #[test]
    fn the_place_in_the_arguments_is_shown() {
        let failure = Failure::bad_input("No.").at(["price", "gte"]).below("where");
        let json = serde_json::to_value(async_graphql::Error::from(failure)).unwrap();
        let expected = serde_json::json!({"code": "BAD_USER_INPUT", "inputPath": ["where", "price", "gte"]});
        assert_eq!(json["extensions"], expected);
    }

    #[test]
    fn the_code_and_the_pause_are_shown() {
        let error = async_graphql::Error::from(Failure::rate_limited(Duration::from_secs(30)));
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["extensions"], serde_json::json!({"code": "RATE_LIMITED", "retryAfter": 30}));
    }
}
