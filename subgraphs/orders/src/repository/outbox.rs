//! Messages that follow from what was committed, until they have been heard.

use chrono::{DateTime, Duration, Utc};
use kit::{Clock, random::new_id};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};

use super::corrupt;
use crate::{
    domain::{Effect, MessageId, Order, OrderId},
    entity::outbox::{ActiveModel, Column, Entity, Model},
};

/// What must be said to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The order it is about.
    pub order: OrderId,
    /// Which hold on the stock it is about.
    pub attempt: i32,
    /// What to say.
    pub effect: Effect,
    /// How often it was tried in vain.
    pub tries: i32,
}

/// Adds a message, due at once, in the transaction of what it follows from.
pub async fn insert(db: &impl ConnectionTrait, order: &Order, effect: Effect, clock: &Clock) -> Result<(), DbErr> {
    let (kind, payment) = match effect {
        Effect::Consume => ("CONSUME", None),
        Effect::Release => ("RELEASE", None),
        Effect::Refund(payment) => ("REFUND", Some(payment)),
    };
    let row = ActiveModel {
        id: Set(new_id(clock)),
        order_id: Set(order.id),
        kind: Set(kind.to_owned()),
        attempt: Set(order.attempt),
        payment_id: Set(payment),
        tries: Set(0),
        next_try_at: Set(clock.now()),
        created_at: Set(clock.now()),
        delivered_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// Messages that are due, the longest waiting first.
pub async fn due(db: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<Message>, DbErr> {
    let rows = Entity::find().filter(Column::DeliveredAt.is_null()).filter(Column::NextTryAt.lte(now));
    rows.order_by_asc(Column::NextTryAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?
        .iter()
        .map(domain)
        .collect()
}

/// What still has to be said about one order, due or not.
pub async fn of_order(db: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Message>, DbErr> {
    let rows = Entity::find().filter(Column::DeliveredAt.is_null()).filter(Column::OrderId.eq(order));
    rows.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?.iter().map(domain).collect()
}

/// It has been heard.
pub async fn delivered(db: &impl ConnectionTrait, id: MessageId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let changes = ActiveModel { delivered_at: Set(Some(now)), ..ActiveModel::default() };
    Entity::update_many().set(changes).filter(Column::Id.eq(id)).exec(db).await.map(drop)
}

/// It has not; try again after `pause`.
pub async fn postpone(
    db: &impl ConnectionTrait,
    id: MessageId,
    now: DateTime<Utc>,
    pause: Duration,
) -> Result<(), DbErr> {
    let changes = ActiveModel { next_try_at: Set(now + pause), ..ActiveModel::default() };
    Entity::update_many()
        .set(changes)
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

fn domain(row: &Model) -> Result<Message, DbErr> {
    let effect = match (row.kind.as_str(), row.payment_id) {
        ("CONSUME", _) => Effect::Consume,
        ("RELEASE", _) => Effect::Release,
        ("REFUND", Some(payment)) => Effect::Refund(payment),
        (kind, _) => return Err(corrupt(format_args!("message {kind:?}"))),
    };
    Ok(Message { id: row.id, order: row.order_id, attempt: row.attempt, effect, tries: row.tries })
}
