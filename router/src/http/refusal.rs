//! Requests that are turned away at the door, and how.

use axum::response::{IntoResponse as _, Response};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use schema::token::TokenError;

use super::media::Media;
use crate::{
    auth::RequestId,
    error::{Code, GraphQLError, body_of},
};

/// A request that gets no further than the door. Its status is the same for every media type: it was no well-formed
/// request of somebody who may ask.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    error: Box<GraphQLError>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self { status, error: Box::new(GraphQLError::new(code, message)), header: None }
    }

    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    /// The request is not what GraphQL over HTTP calls well-formed.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadUserInput, message)
    }

    /// The body's type is one that is not read.
    pub fn unsupported_media_type(message: &str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadUserInput, message)
    }

    /// The client accepts nothing that can be made.
    pub fn not_acceptable() -> Self {
        let message = "Responses are application/graphql-response+json or application/json.";
        Self::new(StatusCode::NOT_ACCEPTABLE, Code::BadUserInput, message)
    }

    /// The path knows other methods.
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        let message = format!("This path takes {allowed}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadUserInput, message).with(ALLOW, allowed)
    }

    /// Nothing lives at this path.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::BadUserInput, "There is nothing here. The API is at /graphql.")
    }

    /// The body is longer than `limit` bytes. The rest of it is not read, so the connection ends here.
    pub fn payload_too_large(limit: usize) -> Self {
        let message = format!("The request's body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, message).with(CONNECTION, "close")
    }

    /// The body did not arrive in time.
    pub fn too_slow() -> Self {
        let message = "The request's body did not arrive in time.";
        Self::new(StatusCode::REQUEST_TIMEOUT, Code::Timeout, message).with(CONNECTION, "close")
    }

    /// The access token is not believed, or cannot be checked at the moment.
    pub fn bad_token(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, error.to_string()).with(RETRY_AFTER, "1")
            }
            TokenError::Invalid | TokenError::Expired | TokenError::Revoked => {
                Self::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, error.to_string())
                    .with(WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)
            }
        }
    }

    /// Another site's page makes the browser ask without being able to read the answer.
    pub fn blind_cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Code::Forbidden,
            "Pages of other sites may not send requests they cannot read.",
        )
    }

    /// More requests are being worked on than the door lets in.
    pub fn too_busy() -> Self {
        let message = "Too many requests are being worked on. Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message).with(RETRY_AFTER, "1")
    }

    /// The router has no graph yet.
    pub fn starting() -> Self {
        let message = "The router is starting. Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message).with(RETRY_AFTER, "1")
    }

    /// What stands behind this path does not answer.
    pub fn unavailable() -> Self {
        let message = "The service behind this path does not answer.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message).with(RETRY_AFTER, "2")
    }

    /// What stands behind this path takes too long.
    pub fn late() -> Self {
        let message = "The service behind this path did not answer in time.";
        Self::new(StatusCode::GATEWAY_TIMEOUT, Code::Timeout, message)
    }

    /// A fault of ours; the log knows more.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Something went wrong on our side.")
    }

    /// The code that the client reads, for the log.
    pub fn code(&self) -> &str {
        self.error.extensions.get("code").and_then(|code| code.as_str()).unwrap_or_default()
    }

    /// The refusal as an entry of `errors`, where it concerns a part of a request only.
    pub fn into_error(self) -> GraphQLError {
        *self.error
    }

    /// The whole response.
    pub fn into_response(self, media: Media, id: &RequestId) -> Response {
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, media.content_type())]);
        headers.extend(self.header);
        (self.status, headers, body_of(vec![*self.error], &id.0)).into_response()
    }
}
