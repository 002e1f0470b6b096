//! `GET /files/<name>`: an image, for ever the same.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use super::refusal::Refusal;
use crate::{domain::ImageKind, shop::Shop, storage::is_file_name};

/// Serves the bytes as what they were proved to be, and lets no browser think otherwise.
pub async fn image(State(shop): State<Shop>, Path(name): Path<String>) -> Result<Response, Refusal> {
    let kind = ImageKind::by_extension(&name).filter(|_| is_file_name(&name)).ok_or_else(Refusal::not_found)?;
    let bytes = shop.storage.get(&name).await.map_err(Refusal::internal)?.ok_or_else(Refusal::not_found)?;
    let headers = [
        (CONTENT_TYPE, kind.content_type()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, bytes).into_response())
}
