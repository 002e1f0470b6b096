//! The table `refresh_tokens`.

use sea_orm::entity::prelude::*;

use crate::domain::SessionId;

/// A refresh token that was given out; the token itself is kept by nobody but its owner.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// SHA-256, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// The session it continues.
    pub session_id: SessionId,
    /// When it was given out.
    pub created_at: DateTimeUtc,
    /// When it was first exchanged, if it was.
    pub used_at: Option<DateTimeUtc>,
    /// The digest of the refresh token that it was given for; none for the first of a session.
    pub replaces: Option<String>,
    /// SHA-256 of the access token that was given out with it, in hexadecimal.
    pub access_digest: Option<String>,
    /// When that access token was first seen, if it was.
    pub access_used_at: Option<DateTimeUtc>,
}

/// What follows from the foreign keys is asked for by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
