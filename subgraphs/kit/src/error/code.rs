//! The codes of top-level errors, the same in every domain and at the router.

/// The machine-readable reason (`extensions.code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// A value that no scalar or argument accepts, or a bad cursor.
    BadUserInput,
    /// A list was asked for beyond its deepest page.
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
    /// The caller no longer waits for the answer.
    Timeout,
    /// Another domain, or our database, does not answer.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// The code as clients see it.
    pub const fn as_str(self) -> &'static str {
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
            Self::Internal => "INTERNAL",
        }
    }
}
