//! The keys that sign access tokens.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait, QueryFilter as _, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    domain::signing_key::StoredKey,
    entity::{
        published_key,
        signing_key::{ActiveModel, Column, Entity, Model},
    },
};

/// Makes the key active unless there is an active one already: of many processes that start at once, one succeeds.
pub async fn propose(db: &impl ConnectionTrait, kid: &str, pem: String, now: DateTime<Utc>) -> Result<(), DbErr> {
    insert(db, StoredKey { kid: kid.to_owned(), pem, is_active: true, created_at: now, active_at: Some(now) }).await
}

/// Adds a key that is only published, for now.
pub async fn publish(db: &impl ConnectionTrait, kid: &str, pem: String, now: DateTime<Utc>) -> Result<(), DbErr> {
    insert(db, StoredKey { kid: kid.to_owned(), pem, is_active: false, created_at: now, active_at: None }).await
}

async fn insert(db: &impl ConnectionTrait, key: StoredKey) -> Result<(), DbErr> {
    let StoredKey { kid, pem, is_active, created_at, active_at } = key;
    let row = ActiveModel {
        kid: Set(kid),
        pem: Set(pem),
        is_active: Set(is_active),
        created_at: Set(created_at),
        active_at: Set(active_at),
    };
    Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(db).await?;
    Ok(())
}

/// All keys, the oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<StoredKey>, DbErr> {
    let rows = Entity::find().order_by_asc(Column::CreatedAt).all(db).await?;
    let key =
        |Model { kid, pem, is_active, created_at, active_at }| StoredKey { kid, pem, is_active, created_at, active_at };
    Ok(rows.into_iter().map(key).collect())
}

/// Makes the key `kid` the active one, in a transaction. Of many who do so at once, one does.
pub async fn activate(transaction: &impl ConnectionTrait, kid: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let others = Entity::update_many().filter(Column::IsActive.eq(true)).filter(Column::Kid.ne(kid));
    others.col_expr(Column::IsActive, Expr::value(false)).exec(transaction).await?;
    let it = Entity::update_many().filter(Column::Kid.eq(kid)).filter(Column::IsActive.eq(false));
    let it = it.col_expr(Column::IsActive, Expr::value(true)).col_expr(Column::ActiveAt, Expr::value(now));
    it.exec(transaction).await?;
    Ok(())
}

/// Forgets keys that are not active; says how many.
pub async fn forget(db: &impl ConnectionTrait, kids: &[&str]) -> Result<u64, DbErr> {
    if kids.is_empty() {
        return Ok(0);
    }
    let kids = kids.iter().copied();
    let delete = Entity::delete_many().filter(Column::IsActive.eq(false)).filter(Column::Kid.is_in(kids));
    Ok(delete.exec(db).await?.rows_affected)
}

/// Since when the keys of the operator's file are published; of those that are not, since `now`.
pub async fn published(
    reader: &impl ConnectionTrait,
    writer: &impl ConnectionTrait,
    kids: &[&str],
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, DateTime<Utc>>, DbErr> {
    let known = |rows: Vec<published_key::Model>| rows.into_iter().map(|row| (row.kid, row.published_at)).collect();
    let mut published: BTreeMap<_, _> = known(published_key::Entity::find().all(reader).await?);
    for kid in kids.iter().filter(|kid| !published.contains_key(**kid)).copied().collect::<Vec<_>>() {
        let row = published_key::ActiveModel { kid: Set(kid.to_owned()), published_at: Set(now) };
        let insert = published_key::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned());
        insert.exec_without_returning(writer).await?;
        published.insert(kid.to_owned(), now);
    }
    Ok(published)
}
