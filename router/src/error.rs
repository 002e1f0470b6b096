//! What a client may learn of a failure. What only the log may see is logged where it happens and never gets here.

use std::sync::Arc;

use serde::Serialize;

use crate::json::{JsonObject, JsonValue};

/// The machine-readable reason of a top-level error (`extensions.code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// A value that no scalar, argument or parameter of the protocol accepts.
    BadUserInput,
    /// A list was asked for beyond the deepest page.
    PageTooDeep,
    /// The access token is missing, invalid or expired.
    Unauthenticated,
    /// The caller may not.
    Forbidden,
    /// Too many attempts.
    RateLimited,
    /// The operation is too large to run.
    CostExceeded,
    /// The request's body is too large.
    PayloadTooLarge,
    /// No whole answer within the time allowed.
    Timeout,
    /// A subgraph does not answer.
    Unavailable,
    /// There were more errors than a response lists.
    ErrorsUnlisted,
    /// No document with this hash is remembered.
    PersistedQueryNotFound,
    /// Documents are not found by hash or name here.
    PersistedQueryNotSupported,
    /// A fault of ours; the log knows more under the request's id.
    Internal,
}

impl Code {
    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::PageTooDeep => "PAGE_TOO_DEEP",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::RateLimited => "RATE_LIMITED",
            Self::CostExceeded => "COST_EXCEEDED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::ErrorsUnlisted => "ERRORS_UNLISTED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::Internal => "INTERNAL",
        }
    }
}

/// A place in the client's document, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// One step of a response path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PathSegment {
    /// A response key.
    Key(Arc<str>),
    /// An index into a list.
    Index(usize),
}

/// One entry of a response's `errors` (GraphQL specification, section 7.1.2).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphQLError {
    /// For people.
    pub message: String,
    /// Where in the client's document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// Where in the response.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<PathSegment>,
    /// `code` always, then what else is known.
    pub extensions: JsonObject,
}

impl GraphQLError {
    /// An error with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let extensions = JsonObject::from_iter([("code".to_owned(), code.as_str().into())]);
        Self { message: message.into(), locations: Vec::new(), path: Vec::new(), extensions }
    }

    /// The same error at a place of the document.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.locations.push(Location { line, column });
        self
    }

    /// The same error with one more extension.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<JsonValue>) -> Self {
        self.extensions.insert(key, value);
        self
    }
}

/// The body of a response that has no data: `{"errors": [...]}`, each with the request's id.
pub fn body_of(errors: Vec<GraphQLError>, request_id: &str) -> Vec<u8> {
    #[derive(Serialize)]
    struct Body {
        errors: Vec<GraphQLError>,
    }
    let errors = errors.into_iter().map(|error| error.with("requestId", request_id)).collect();
    serde_json::to_vec(&Body { errors }).expect("errors are plain JSON")
}
