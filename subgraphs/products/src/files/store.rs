//! The last steps of both ways to upload: bytes onto the disk, then the row that makes them an image.
//!
//! A sender who hangs up does not interrupt them. If the process dies in between, the row still is one that was never
//! stored: a permission can be used again when its claim has ended, and [`crate::orphans`] takes the rest away.

use chrono::TimeDelta;

use super::refusal::Refusal;
use crate::{
    domain::ImageId,
    repository::images::{self, NewImage, Stored, Upload},
    sanitize::Clean,
    shop::Shop,
};

/// How long storing may take before others may try. A disk that needs longer has other problems.
pub const CLAIM: TimeDelta = TimeDelta::minutes(1);

/// Stores the image of a permitted upload, whose bytes came with the digest `sent`. Of several who come with the same secret,
/// one gets through, and the others as far as they brought the same; where the image cannot be kept, it may be tried again.
pub async fn permitted(shop: &Shop, upload: &Upload, hash: String, image: Clean, sent: String) -> Result<(), Refusal> {
    let (shop, upload) = (shop.clone(), upload.clone());
    to_the_end(async move {
        let (connection, now) = (shop.database.writer(), shop.clock.now());
        if !images::claim(connection, upload.id, &hash, now, now + CLAIM).await? {
            return match images::open_upload(connection, &hash, now).await? {
                Some(Upload { sent: Some(before), .. }) => again(&before, &sent),
                Some(_) => Err(Refusal::busy()),
                None => Err(Refusal::no_upload()),
            };
        }
        if let Err(refusal) = put(&shop, upload.id, &upload.file_name, image, Some(sent)).await {
            images::release(connection, upload.id).await?;
            return Err(refusal);
        }
        Ok(())
    })
    .await
}

/// What came to an address that was used with bytes of the digest `before`: who did not hear the answer sends the same again.
pub fn again(before: &str, sent: &str) -> Result<(), Refusal> {
    if before == sent { Ok(()) } else { Err(Refusal::used()) }
}

/// Stores an image of which nothing is known yet.
pub async fn new(shop: &Shop, new: NewImage, image: Clean) -> Result<(), Refusal> {
    let shop = shop.clone();
    to_the_end(async move {
        let (id, file_name) = (new.id, new.file_name.clone());
        // The row is first: a file that nobody knows of would stay.
        images::add(shop.database.writer(), new).await?;
        put(&shop, id, &file_name, image, None).await
    })
    .await
}

async fn put(shop: &Shop, id: ImageId, file_name: &str, image: Clean, sent: Option<String>) -> Result<(), Refusal> {
    let Clean { bytes, dimensions } = image;
    let size = i64::try_from(bytes.len()).map_err(Refusal::internal)?;
    shop.storage.put(file_name, bytes).await.map_err(Refusal::internal)?;
    let stored = Stored { size, dimensions, sent };
    if images::mark_stored(shop.database.writer(), id, &stored, shop.clock.now()).await? {
        return Ok(());
    }
    // Somebody deleted the image while its bytes were written down; or another sender was first, whose file it is then.
    if !images::is_stored(shop.database.writer(), file_name).await? {
        shop.storage.remove(file_name).await.map_err(Refusal::internal)?;
    }
    Err(Refusal::no_upload())
}

/// Runs `work` to its end, whether or not somebody still waits for it.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::spawn(work).await.map_err(Refusal::internal)?
}
