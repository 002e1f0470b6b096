//! Permissions to upload: GraphQL gives them, `PUT /files/uploads/<secret>` takes them up.

use chrono::{DateTime, Utc};
use kit::{
    Result,
    random::{self, sha256_hex},
};

use crate::{
    domain::{Image, ImageKind},
    repository::images::{self, Arrival, NewImage},
    shop::Shop,
};

/// An image that waits for its bytes.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The image.
    pub image: Image,
    /// Where its bytes may be put, once.
    pub upload_url: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Permits one upload of so many bytes of this kind.
pub async fn permit(shop: &Shop, kind: ImageKind, size: i64, alt: String) -> Result<Permission> {
    let now = shop.clock.now();
    let connection = shop.database.writer();
    let secret = random::token();
    let expires_at = now + shop.rules.upload_life;
    let new = NewImage {
        id: random::new_id(&shop.clock),
        file_name: file_name(kind),
        alt,
        kind,
        size,
        created_at: now,
        arrival: Arrival::Upload { hash: sha256_hex(&secret), until: expires_at },
    };
    let image = images::add(connection, new).await?;
    Ok(Permission { image, upload_url: shop.rules.upload_url(&secret), expires_at })
}

/// A random name; nothing of the client's file name survives.
pub fn file_name(kind: ImageKind) -> String {
    format!("{}.{}", random::uuid().simple(), kind.extension())
}
