//! The table `sessions`.

use sea_orm::entity::prelude::*;

use crate::domain::{SessionId, UserId};

/// What a log-in begins.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// The `sid` of its present access tokens.
    pub access_id: Uuid,
    /// When it began.
    pub created_at: DateTimeUtc,
    /// When its newest refresh token dies unused.
    pub expires_at: DateTimeUtc,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTimeUtc>,
}

/// What follows from the foreign keys is asked for by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
