//! What a client may learn of a failure. What only the log may see is logged where it happens and never gets here.

use std::{fmt, sync::Arc};

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

/// So many codes of one answer are told apart.
const MAX_CODES: usize = 8;
/// The most characters of a code that are kept: those of subgraphs may be any text.
const LONGEST_CODE: usize = 64;

/// The codes of an answer's errors, each once, for the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes(Vec<Box<str>>);

impl Codes {
    /// These codes.
    pub fn of<'c>(codes: impl IntoIterator<Item = &'c str>) -> Self {
        let mut all = Self::default();
        codes.into_iter().for_each(|code| all.add(code));
        all
    }

    /// Those of errors. One without a code counts as `UNKNOWN`.
    pub fn of_errors(errors: &[GraphQLError]) -> Self {
        Self::of(
            errors.iter().map(|error| error.extensions.get("code").and_then(JsonValue::as_str).unwrap_or("UNKNOWN")),
        )
    }

    /// With those of another answer.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|code| self.add(code));
    }

    fn add(&mut self, code: &str) {
        let code = code.char_indices().nth(LONGEST_CODE).map_or(code, |(end, _)| &code[..end]);
        if self.0.len() < MAX_CODES && !self.iter().any(|known| known == code) {
            self.0.push(code.into());
        }
    }

    /// Whether there was no error.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, in the order in which the errors came.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|code| &**code)
    }
}

impl fmt::Display for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().enumerate().try_for_each(|(at, code)| write!(f, "{}{code}", if at == 0 { "" } else { "," }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_once_and_are_bounded() {
        let errors = [Code::Timeout, Code::Internal, Code::Timeout].map(|code| GraphQLError::new(code, "x"));
        assert_eq!(Codes::of_errors(&errors).to_string(), "TIMEOUT,INTERNAL");
        let foreign = GraphQLError::new(Code::Timeout, "x").with("code", 7_usize);
        assert_eq!(Codes::of_errors(&[foreign]).to_string(), "UNKNOWN");
        let mut many = Codes::of(["x".repeat(1000).as_str()]);
        many.merge(&Codes::of((0..100).map(|n| n.to_string()).collect::<Vec<_>>().iter().map(String::as_str)));
        assert_eq!((many.iter().count(), many.iter().next().map(str::len)), (MAX_CODES, Some(LONGEST_CODE)));
    }
}
