//! One call: a request is sent, and the whole response is read and decoded, within bounds.

use std::{panic::AssertUnwindSafe, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH},
};
use http_body_util::BodyExt as _;

use super::{Body, Request, Transport, TransportError, gzip::Decoder};

/// The time for a whole [`get`].
const GET_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest document that [`get`] reads, in bytes.
const GET_LIMIT: usize = 1024 * 1024;

/// Sends `request` and reads the whole response, of at most `limit` bytes after decoding.
///
/// The service is asked for gzip unless `request` says otherwise; `Content-Encoding` tells nothing about the body that
/// is returned. A panic of the transport, or of the service behind it, is an error of this call. There is no limit of
/// time: dropping the future abandons the call.
pub async fn call(
    transport: &dyn Transport,
    mut request: Request,
    limit: usize,
) -> Result<http::Response<Bytes>, TransportError> {
    request.headers_mut().entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
    let called = AssertUnwindSafe(async {
        let (mut head, body) = transport.send(request).await?.into_parts();
        let body = if head.headers.contains_key(CONTENT_ENCODING) {
            let body = decoded(&head.headers, body, limit).await?;
            head.headers.remove(CONTENT_ENCODING);
            head.headers.remove(CONTENT_LENGTH);
            body
        } else {
            body.collect(limit).await?
        };
        Ok(http::Response::from_parts(head, body))
    });
    called.catch_unwind().await.unwrap_or(Err(TransportError::Panicked))
}

/// `GET path` of a small document, insisting on a status of 200, within 5 seconds.
pub async fn get(transport: &dyn Transport, path: &str) -> Result<Bytes, TransportError> {
    let request =
        http::Request::get(path).body(Body::empty()).map_err(|error| TransportError::Unreachable(error.to_string()))?;
    let called = tokio::time::timeout(GET_TIMEOUT, call(transport, request, GET_LIMIT)).await;
    let response = called.unwrap_or(Err(TransportError::Timeout))?;
    if response.status() == StatusCode::OK {
        Ok(response.into_body())
    } else {
        Err(TransportError::Unreachable(format!("status {}", response.status())))
    }
}

/// The whole body without its content coding, of which gzip is understood (RFC 9110, section 8.4).
async fn decoded(headers: &HeaderMap, mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let codings = values.collect::<Vec<_>>().join(",").to_ascii_lowercase();
    let mut applied = codings.split(',').map(str::trim).filter(|coding| !matches!(*coding, "" | "identity"));
    match (applied.next(), applied.next()) {
        (None, _) => return body.collect(limit).await,
        (Some("gzip" | "x-gzip"), None) => {}
        _ => return Err(TransportError::Coding(named(&codings))),
    }
    let mut decoder = Decoder::new(limit);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            decoder.write(&data)?;
        }
    }
    decoder.finish()
}

/// The names of codings as a message may show them: no more than a few, and nothing but the characters of names.
fn named(codings: &str) -> String {
    codings.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_., ".contains(*letter)).take(40).collect()
}
