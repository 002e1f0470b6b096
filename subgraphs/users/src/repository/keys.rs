//! The keys that sign access tokens.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryOrder, sea_query::OnConflict};

use crate::entity::signing_key::{ActiveModel, Column, Entity};

/// Makes the key active unless there is an active one already: of many processes that start at once, one succeeds.
pub async fn propose(db: &impl ConnectionTrait, kid: &str, pem: String, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = ActiveModel { kid: Set(kid.to_owned()), pem: Set(pem), is_active: Set(true), created_at: Set(now) };
    Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(db).await?;
    Ok(())
}

/// The private keys in PEM: the active one first, then those that are still published.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<(String, bool)>, DbErr> {
    let rows = Entity::find().order_by_desc(Column::IsActive).order_by_desc(Column::CreatedAt).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.pem, row.is_active)).collect())
}
