//! Content codings (RFC 9110, section 8.4): responses that are compressed where that is asked for, and requests that came
//! compressed.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{Ready, ready},
    sync::{Mutex, PoisonError},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY},
};
use http_body_util::BodyExt as _;
use tower::{Service as _, service_fn};
use tower_http::{
    compression::{Compression, predicate::SizeAbove},
    decompression::{DecompressionBody, RequestDecompression},
};

use super::refusal::Refusal;

/// Responses that are not longer than this, in bytes, are sent as they are: headers and processor time would cost more
/// than is saved.
const SHORT: u64 = 1024;

/// The response in the coding that `asked`, the headers of its request, prefers of Zstandard, Brotli and gzip. Its `Vary`
/// says that it might be another one for somebody else.
pub(super) async fn compress(asked: &HeaderMap, mut response: Response) -> Response {
    vary_by_coding(response.headers_mut());
    if !asked.contains_key(ACCEPT_ENCODING) {
        return response;
    }
    let mut request = Request::new(());
    for accepted in asked.get_all(ACCEPT_ENCODING) {
        request.headers_mut().append(ACCEPT_ENCODING, accepted.clone());
    }
    let status = response.status();
    let mut given = Some(response);
    let give = move |_: Request<()>| ready(Ok::<_, Infallible>(given.take().unwrap_or_default()));
    let compressing = Compression::new(service_fn(give)).compress_when(SizeAbove::new(SHORT + 1)).call(request);
    let mut response = compressing.await.unwrap_or_else(|never| match never {}).map(Body::new);
    // A client that accepts no coding, not even none, gets what there is: its operation has run.
    *response.status_mut() = status;
    response
}

/// Adds `accept-encoding` to what the response varies by.
fn vary_by_coding(headers: &mut HeaderMap) {
    const CODING: &str = "accept-encoding";
    let value = match headers.get(VARY).map(HeaderValue::to_str) {
        Some(Ok(known)) if known.contains(CODING) || known == "*" => return,
        // What every answer to an operation varies by: nothing is made for it.
        Some(Ok("accept, authorization")) => HeaderValue::from_static("accept, authorization, accept-encoding"),
        Some(Ok(known)) => match HeaderValue::from_str(&format!("{known}, {CODING}")) {
            Ok(value) => value,
            Err(_) => return,
        },
        _ => HeaderValue::from_static(CODING),
    };
    headers.insert(VARY, value);
}

/// Files that were compressed before, by their names and codings. There are as many as files and codings.
#[derive(Default)]
pub(super) struct CompressedFiles(Mutex<HashMap<(&'static str, Vec<u8>), Bytes>>);

impl CompressedFiles {
    /// The same as [`compress`] for the response that is the file `name`, which is compressed once for each coding.
    pub async fn compress(&self, name: &'static str, asked: &HeaderMap, response: Response) -> Response {
        let response = compress(asked, response).await;
        let Some(coding) = response.headers().get(CONTENT_ENCODING).map(|coding| coding.as_bytes().to_vec()) else {
            return response;
        };
        let (head, body) = response.into_parts();
        let known = self.lock().get(&(name, coding.clone())).cloned();
        let bytes = match known {
            Some(bytes) => bytes,
            None => match body.collect().await {
                Ok(body) => {
                    let bytes = body.to_bytes();
                    self.lock().insert((name, coding), bytes.clone());
                    bytes
                }
                Err(error) => {
                    tracing::error!(%error, name, "a file cannot be compressed");
                    return Response::builder()
                        .status(StatusCode::INTERNAL_SERVER_ERROR)
                        .body(Body::empty())
                        .unwrap_or_default();
                }
            },
        };
        Response::from_parts(head, bytes.into())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(&'static str, Vec<u8>), Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of a request as it was before it was compressed, whatever it will turn out to hold: whoever reads it bounds
/// what comes out. The headers say nothing of the coding afterwards.
pub(super) async fn decompress(headers: &mut HeaderMap, body: Body) -> Result<Body, Refusal> {
    let Some(coding) = coding(headers)? else { return Ok(body) };
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    let mut request = Request::new(body);
    request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    let mut decompressing = RequestDecompression::new(service_fn(echo));
    let decompressed = decompressing.call(request).await.unwrap_or_else(|never| match never {});
    Ok(Body::new(decompressed.into_body()))
}

fn echo(
    request: Request<DecompressionBody<Body>>,
) -> Ready<Result<http::Response<DecompressionBody<Body>>, Infallible>> {
    ready(Ok(http::Response::new(request.into_body())))
}

/// The coding of a request's body, by the name that it is known under here.
fn coding(headers: &HeaderMap) -> Result<Option<&'static str>, Refusal> {
    let refused =
        || Refusal::unsupported_media_type("Requests are read uncompressed, or compressed once by gzip, br or zstd.");
    let mut known = None;
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in value.to_str().map_err(|_| refused())?.split(',') {
            let coding = match &*name.trim().to_ascii_lowercase() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => "gzip",
                "br" => "br",
                "zstd" => "zstd",
                _ => return Err(refused()),
            };
            if known.replace(coding).is_some() {
                return Err(refused());
            }
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_response_varies_by_is_added_to() {
        let varies = |known: Option<&'static str>| {
            let known = known.map(|known| (VARY, HeaderValue::from_static(known)));
            let mut headers: HeaderMap = known.into_iter().collect();
            vary_by_coding(&mut headers);
            headers[VARY].to_str().unwrap().to_owned()
        };
        assert_eq!(varies(None), "accept-encoding");
        assert_eq!(varies(Some("accept")), "accept, accept-encoding");
        assert_eq!(varies(Some("accept, authorization")), "accept, authorization, accept-encoding");
        assert_eq!(varies(Some("accept-encoding, origin")), "accept-encoding, origin");
        assert_eq!(varies(Some("*")), "*");
    }

    #[test]
    fn one_known_coding_is_read() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
            }
            coding(&headers).map_err(|_| ())
        };
        for (values, expected) in [
            (&[][..], Ok(None)),
            (&["identity"], Ok(None)),
            (&["GZIP"], Ok(Some("gzip"))),
            (&["x-gzip"], Ok(Some("gzip"))),
            (&["identity, br"], Ok(Some("br"))),
            (&["zstd"], Ok(Some("zstd"))),
            (&["gzip, gzip"], Err(())),
            (&["gzip", "br"], Err(())),
            (&["deflate"], Err(())),
            (&["compress"], Err(())),
        ] {
            assert_eq!(read(values), expected, "{values:?}");
        }
    }
}
