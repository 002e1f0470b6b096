//! The last steps of both ways to upload: bytes onto the disk, then the row that makes them an image.
//!
//! A sender who hangs up does not interrupt them. If the process dies in between, the row still is one that was never
//! stored: a permission can be used again when its claim has ended, and [`crate::orphans`] takes the rest away.

use bytes::Bytes;
use chrono::TimeDelta;

use super::refusal::Refusal;
use crate::{
    domain::ImageId,
    repository::images::{self, NewImage, Upload},
    shop::Shop,
};

/// How long storing may take before others may try. A disk that needs longer has other problems.
pub const CLAIM: TimeDelta = TimeDelta::minutes(1);

/// Stores the bytes of a permitted upload. Of several who come with the same secret, one gets through; where the bytes
/// cannot be kept, it may be tried again.
pub async fn permitted(shop: &Shop, upload: &Upload, hash: String, bytes: Bytes) -> Result<(), Refusal> {
    let (shop, upload) = (shop.clone(), upload.clone());
    to_the_end(async move {
        let (connection, now) = (shop.database.writer(), shop.clock.now());
        if !images::claim(connection, upload.id, &hash, now, now + CLAIM).await? {
            let is_open = images::open_upload(connection, &hash, now).await?.is_some();
            return Err(if is_open { Refusal::busy() } else { Refusal::no_upload() });
        }
        if let Err(refusal) = put(&shop, upload.id, &upload.file_name, bytes).await {
            images::release(connection, upload.id).await?;
            return Err(refusal);
        }
        Ok(())
    })
    .await
}

/// Stores the bytes of an image of which nothing is known yet.
pub async fn new(shop: &Shop, image: NewImage, bytes: Bytes) -> Result<(), Refusal> {
    let shop = shop.clone();
    to_the_end(async move {
        let (id, file_name) = (image.id, image.file_name.clone());
        // The row is first: a file that nobody knows of would stay.
        images::add(shop.database.writer(), image).await?;
        put(&shop, id, &file_name, bytes).await
    })
    .await
}

async fn put(shop: &Shop, id: ImageId, file_name: &str, bytes: Bytes) -> Result<(), Refusal> {
    let size = i64::try_from(bytes.len()).map_err(Refusal::internal)?;
    shop.storage.put(file_name, bytes).await.map_err(Refusal::internal)?;
    let stored = images::mark_stored(shop.database.writer(), id, size, shop.clock.now()).await?;
    if stored { Ok(()) } else { Err(Refusal::no_upload()) }
}

/// Runs `work` to its end, whether or not somebody still waits for it.
async fn to_the_end(work: impl Future<Output = Result<(), Refusal>> + Send + 'static) -> Result<(), Refusal> {
    tokio::spawn(work).await.map_err(Refusal::internal)?
}
