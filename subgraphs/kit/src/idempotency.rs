//! Idempotency keys: the same request again has the same effect, once.

use sea_orm::ConnectionTrait;
use sea_orm_migration::SchemaManager;
use serde::Serialize;
use uuid::Uuid;

use crate::{Clock, Result};

/// A client's key, for one mutation of one user.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose key it is.
    pub actor: Uuid,
    /// The mutation's name.
    pub mutation: &'static str,
    /// The client's key.
    pub key: String,
    /// A digest of the canonical input, without the key.
    pub fingerprint: String,
}

/// The key has fewer than 8 or more than 255 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("An idempotency key has 8 to 255 characters.")]
pub struct BadKey;

/// What the key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is new: do the thing in this transaction, then [`finish`].
    New,
    /// The thing was done; this is the reference that [`finish`] stored.
    Replay(Uuid),
    /// It was used with another input: `IDEMPOTENCY_KEY_MISMATCH`.
    Mismatch,
}

impl Claim {
    /// A claim for `input`, which must not contain the key.
    pub fn new(
        _actor: Uuid,
        _mutation: &'static str,
        _key: &str,
        _input: &impl Serialize,
    ) -> std::result::Result<Self, BadKey> {
        todo!()
    }
}

/// Takes the key, in the transaction of its effect. A roll-back frees it again.
pub async fn claim(_transaction: &impl ConnectionTrait, _claim: &Claim, _clock: &Clock) -> Result<Claimed> {
    todo!()
}

/// Stores which thing the effect made or changed, in the same transaction.
pub async fn finish(_transaction: &impl ConnectionTrait, _claim: &Claim, _reference: Uuid) -> Result<()> {
    todo!()
}

/// Frees the key, e.g. when the attempt was rejected but its transaction commits.
pub async fn forget(_transaction: &impl ConnectionTrait, _claim: &Claim) -> Result<()> {
    todo!()
}

/// What the key says, without taking it.
pub async fn look_up(_connection: &impl ConnectionTrait, _claim: &Claim) -> Result<Option<Claimed>> {
    todo!()
}

/// Makes the table `idempotency`; a domain's migration calls it.
pub async fn create_table(_manager: &SchemaManager<'_>) -> std::result::Result<(), sea_orm::DbErr> {
    todo!()
}

/// Drops the table.
pub async fn drop_table(_manager: &SchemaManager<'_>) -> std::result::Result<(), sea_orm::DbErr> {
    todo!()
}
