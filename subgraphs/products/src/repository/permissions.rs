//! Permissions to upload an image, each given once per idempotency key.

use chrono::{DateTime, Utc};
use kit::{
    Clock, Database, Failure, Result,
    idempotency::{self, Claim, Claimed},
};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{
    Outcome,
    images::{self, NewImage},
    row,
};
use crate::{
    domain::{Image, ImageId},
    entity::image::{Entity, Model},
};

/// What is permitted.
#[derive(Clone, Debug)]
pub struct Permitted {
    /// The image.
    pub image: Image,
    /// The secret of the address where its bytes may be put, and until when; `None` if they are there and the time is over.
    pub secret: Option<(String, DateTime<Utc>)>,
    /// Whether it had been permitted before, by the same key.
    pub replayed: bool,
}

/// The idempotency key was used with another input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyMismatch;

/// Permits the upload of `new`; with a claim once, for as long as that is good for something.
pub async fn permit(
    database: &Database,
    clock: &Clock,
    new: NewImage,
    secret: (String, DateTime<Utc>),
    claim: Option<&Claim>,
) -> Outcome<Permitted, KeyMismatch> {
    let transaction = database.begin_write().await?;
    if let Some(claim) = claim {
        match idempotency::claim(&transaction, claim, clock).await? {
            Claimed::New => {}
            Claimed::Mismatch => return Ok(Err(KeyMismatch)),
            Claimed::Replay(id) => {
                if let Some(before) = before(&transaction, ImageId::from_uuid(id), clock.now()).await? {
                    return Ok(Ok(before));
                }
                // Nothing ever came, or somebody has deleted the image: nothing is left of the effect, and the key is free.
                idempotency::forget(&transaction, claim).await?;
                if idempotency::claim(&transaction, claim, clock).await? != Claimed::New {
                    return Err(Failure::internal("an idempotency key that was forgotten is still there"));
                }
            }
        }
        idempotency::finish(&transaction, claim, new.id.uuid()).await?;
    }
    let image = images::add(&transaction, new).await?;
    transaction.commit().await?;
    Ok(Ok(Permitted { image, secret: Some(secret), replayed: false }))
}

/// What was permitted for this image before, if that is good for something at this time.
async fn before(connection: &impl ConnectionTrait, id: ImageId, now: DateTime<Utc>) -> Result<Option<Permitted>> {
    let Some(model) = Entity::find_by_id(id).one(connection).await? else { return Ok(None) };
    let Model { upload_secret, upload_until, .. } = model.clone();
    let secret = upload_secret.zip(upload_until.filter(|until| *until > now));
    let is_good = secret.is_some() || model.stored_at.is_some();
    Ok(is_good.then(|| Permitted { image: row::image(model), secret, replayed: true }))
}
