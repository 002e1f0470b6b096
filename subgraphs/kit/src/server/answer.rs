//! Answers to requests that never reached the schema.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::access;
use crate::{Failure, error::Code};

/// `{"errors": [...]}` with the status that fits the failure.
pub(crate) fn refusal(failure: &Failure, request_id: &str) -> Response {
    access::log_refusal(failure, request_id);
    let status = match failure.code() {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let extensions = json!({"code": failure.code().as_str(), "requestId": request_id});
    let body = json!({"errors": [{"message": failure.message(), "extensions": extensions}]});
    let mut response = json_response(status, body.to_string().into_bytes());
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(after) = failure.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
    }
    response
}

/// A response of JSON.
pub(super) fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
