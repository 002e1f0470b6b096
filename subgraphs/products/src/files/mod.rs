//! Images over plain HTTP: `GET /files/<name>` (and `<name>-<width>.webp`, a smaller copy), `PUT /files/uploads/<secret>`, `POST /files`.
//!
//! GraphQL only hands out permissions and addresses; bytes never pass through it. What comes is made an image by
//! [`crate::sanitize`] or refused. An image can be seen when all of its bytes are kept, not before.

mod conditional;
mod copies;
mod multipart;
mod refusal;
mod serve;
mod store;
mod upload;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post, put},
};
use kit::{caller::identify, server::within_idle_time, trust::Trust};

pub use self::copies::Copies;
use crate::shop::Shop;

/// How much a multipart form may weigh beside its file.
const FORM_ALLOWANCE: usize = 64 * 1024;

/// The routes below `/files`.
pub fn routes(shop: Shop, trust: Trust) -> Router {
    let form_limit = DefaultBodyLimit::max(shop.rules.max_image_size.saturating_add(FORM_ALLOWANCE));
    // An upload needs no token; but who passes it on says where its sender finds the image.
    let uploads = Router::new()
        .route("/files", post(multipart::handle))
        .layer(form_limit)
        .route("/files/uploads/{secret}", put(upload::handle))
        .layer(middleware::from_fn_with_state(trust, identify));
    Router::new()
        .route("/files/{name}", get(serve::image))
        .merge(uploads)
        .layer(middleware::map_request(within_idle_time))
        .with_state(shop)
}
