//! `GET /files/<name>`: an image or a smaller copy of one, for ever the same.

use std::ops::Range;

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
        X_CONTENT_TYPE_OPTIONS,
    },
};

use super::{
    conditional::{self, Decision},
    copies,
    refusal::Refusal,
};
use crate::{domain::ImageKind, shop::Shop, storage::is_file_name};

const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Serves the bytes, or the part of them that is asked for, as what they were proved to be, and lets no browser think
/// otherwise.
pub async fn image(
    State(shop): State<Shop>,
    Path(name): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let kind = ImageKind::by_extension(&name).filter(|_| is_file_name(&name)).ok_or_else(Refusal::not_found)?;
    let length = match shop.storage.length(&name).await.map_err(Refusal::internal)? {
        Some(length) => length,
        None => copies::make(&shop, &name).await?,
    };
    let etag = etag(&name, length)?;
    let decision = conditional::decide(&method, &headers, &etag, length);
    let (status, range) = match decision {
        Decision::PreconditionFailed => return Err(Refusal::precondition_failed()),
        Decision::NotModified => {
            return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag), (CACHE_CONTROL, CACHING)]).into_response());
        }
        Decision::Unsatisfiable => return Ok(unsatisfiable(length)),
        Decision::Whole => (StatusCode::OK, 0..length),
        Decision::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
    };
    let mut answer = HeaderMap::from_iter([
        (ETAG, etag),
        (CACHE_CONTROL, CACHING),
        (CONTENT_TYPE, HeaderValue::from_static(kind.content_type())),
        (CONTENT_LENGTH, HeaderValue::from(range.end - range.start)),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ]);
    if status == StatusCode::PARTIAL_CONTENT {
        let (name, value) = content_range(&format!("{}-{}", range.start, range.end - 1), length);
        answer.insert(name, value);
    }
    let body = if method == Method::HEAD { Body::empty() } else { bytes(&shop, &name, range).await?.into() };
    Ok((status, answer, body).into_response())
}

async fn bytes(shop: &Shop, name: &str, range: Range<u64>) -> Result<bytes::Bytes, Refusal> {
    let length = range.end - range.start;
    let bytes = shop.storage.read(name, range).await.map_err(Refusal::internal)?.ok_or_else(Refusal::not_found)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(Refusal::internal(format!("{name} was cut off"))) }
}

/// What is stored under a name never changes, so that the name is a strong validator. The length tells a file that was
/// replaced by hand.
fn etag(name: &str, length: u64) -> Result<HeaderValue, Refusal> {
    let stem = name.split('.').next().unwrap_or_default();
    HeaderValue::from_str(&format!("\"{stem}-{length:x}\"")).map_err(Refusal::internal)
}

fn content_range(range: &str, length: u64) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("bytes {range}/{length}"));
    (CONTENT_RANGE, value.unwrap_or(HeaderValue::from_static("bytes */*")))
}

fn unsatisfiable(length: u64) -> Response {
    (StatusCode::RANGE_NOT_SATISFIABLE, [content_range("*", length)]).into_response()
}
