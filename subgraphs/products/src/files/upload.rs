//! `PUT /files/uploads/<secret>`: the bytes of an image that GraphQL gave permission for. Once they are kept, the same bytes
//! are answered as they were the first time until the permission ends, because an answer can be lost; others are refused.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt as _;
use http::{HeaderMap, StatusCode, header};
use kit::random::sha256_hex;
use schema::Caller;
use serde_json::json;
use tokio::task::spawn_blocking;

use super::{refusal::Refusal, store};
use crate::{
    domain::{ImageId, ImageKind, image::ImageError},
    repository::images::{self, Upload},
    shop::Shop,
};

/// Of a body that is too large, so many times the limit are read and dropped, so that its sender hears the refusal.
const DRAIN: usize = 4;

/// Stores what comes, if it is what was announced.
pub async fn handle(
    State(shop): State<Shop>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let hash = sha256_hex(&secret);
    let upload = images::open_upload(shop.database.connection(), &hash, shop.clock.now()).await?;
    let upload = upload.ok_or_else(Refusal::no_upload)?;
    let kind = announced(&upload, &headers)?;
    let _permit = shop.uploads.try_acquire().map_err(|_| Refusal::busy())?;
    let bytes = read(body, shop.rules.max_image_size).await?;
    let sent = digest(bytes.clone()).await?;
    if let Some(before) = &upload.sent {
        store::again(before, &sent)?;
        return Ok(receipt(&shop, &caller, upload.id, &upload.file_name, &upload.alt));
    }
    if i64::try_from(bytes.len()).ok() != Some(upload.size) {
        return Err(Refusal::bad_request(format!("{} bytes were announced, {} came.", upload.size, bytes.len())));
    }
    let image = shop.sanitizer.clean(kind, bytes).await??;
    store::permitted(&shop, &upload, hash, image, sent).await?;
    Ok(receipt(&shop, &caller, upload.id, &upload.file_name, &upload.alt))
}

/// The kind that was announced to GraphQL, from which every `Content-Type` that comes with the bytes must not differ. A
/// request without one has said nothing.
fn announced(upload: &Upload, headers: &HeaderMap) -> Result<ImageKind, Refusal> {
    let kind = ImageKind::by_content_type(&upload.content_type)
        .ok_or_else(|| Refusal::internal(format!("content type {:?}", upload.content_type)))?;
    let sent = headers.get_all(header::CONTENT_TYPE).iter();
    let mut kinds = sent.map(|value| value.to_str().ok().and_then(ImageKind::by_content_type));
    if kinds.all(|sent| sent == Some(kind)) { Ok(kind) } else { Err(ImageError::Mismatch.into()) }
}

/// The whole body, unless it has more than `max_size` bytes.
async fn read(body: Body, max_size: usize) -> Result<Bytes, Refusal> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Refusal::bad_request("The upload broke off."))?;
        seen += chunk.len();
        if seen <= max_size {
            kept.extend_from_slice(&chunk);
        } else if seen > max_size.saturating_mul(DRAIN) {
            break;
        }
    }
    if seen > max_size { Err(Refusal::too_large(max_size)) } else { Ok(kept.into()) }
}

/// Tells the bytes that came from others, away from the threads that serve requests.
async fn digest(bytes: Bytes) -> Result<String, Refusal> {
    spawn_blocking(move || sha256_hex(bytes)).await.map_err(Refusal::internal)
}

/// What somebody who uploaded learns.
pub fn receipt(shop: &Shop, caller: &Caller, id: ImageId, file_name: &str, alt: &str) -> Response {
    let url = shop.rules.file_url(caller, file_name);
    let body = json!({ "id": id.to_string(), "url": url, "alt": alt });
    (StatusCode::CREATED, [(header::LOCATION, url)], Json(body)).into_response()
}
