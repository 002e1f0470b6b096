//! Reads a request's body to its end: not more than allowed, and not longer than a patient host waits.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::refusal::Refusal;

/// The time in which a body must have arrived.
const PATIENCE: Duration = Duration::from_secs(15);

/// The whole body, if it has at most `limit` bytes. One that announces more is refused unread.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Refusal::payload_too_large(limit));
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::payload_too_large(limit)),
        Ok(Err(_)) => Err(Refusal::bad_request("The request's body ended too early.")),
        Err(_) => Err(Refusal::too_slow()),
    }
}
