//! Permissions to upload: GraphQL gives them, `PUT /files/uploads/<secret>` takes them up.

use chrono::{DateTime, Utc};
use kit::{
    idempotency::Claim,
    random::{self, sha256_hex},
};
use schema::Caller;

use crate::{
    domain::{Image, ImageKind},
    repository::{
        Outcome,
        images::{Arrival, NewImage},
        permissions::{self, KeyMismatch},
    },
    shop::Shop,
};

/// What is announced.
#[derive(Clone, Debug)]
pub struct Announced {
    /// What it will be.
    pub kind: ImageKind,
    /// How many bytes will come.
    pub size: i64,
    /// What it shows.
    pub alt: String,
}

/// An image that waits for its bytes, or has them.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The image.
    pub image: Image,
    /// Where its bytes may be put, and until when; nowhere any more if they are there and the time is over.
    pub upload: Option<(String, DateTime<Utc>)>,
    /// Whether this had been permitted before, by the same key.
    pub replayed: bool,
}

/// Permits one upload; with a claim once, however often it is asked for while the address is good.
pub async fn permit(
    shop: &Shop,
    caller: &Caller,
    announced: Announced,
    claim: Option<&Claim>,
) -> Outcome<Permission, KeyMismatch> {
    let (now, secret) = (shop.clock.now(), random::token());
    let until = now + shop.rules.upload_life;
    let new = NewImage {
        id: random::new_id(&shop.clock),
        file_name: file_name(announced.kind),
        alt: announced.alt,
        kind: announced.kind,
        size: announced.size,
        created_at: now,
        arrival: Arrival::Upload {
            hash: sha256_hex(&secret),
            // Whoever may ask again must be told the same address again.
            secret: claim.map(|_| secret.clone()),
            until,
        },
    };
    let permitted = permissions::permit(&shop.database, &shop.clock, new, (secret, until), claim).await?;
    Ok(permitted.map(|permitted| Permission {
        image: permitted.image,
        upload: permitted.secret.map(|(secret, until)| (shop.rules.upload_url(caller, &secret), until)),
        replayed: permitted.replayed,
    }))
}

/// A random name; nothing of the client's file name survives.
pub fn file_name(kind: ImageKind) -> String {
    format!("{}.{}", random::uuid().simple(), kind.extension())
}
