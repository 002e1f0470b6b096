//! The timelines of orders.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::corrupt;
use crate::{
    domain::{Cause, OrderId, OrderStatus},
    entity::transition::{ActiveModel, Column, Entity, Model},
};

/// One change of an order's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Whose.
    pub order: OrderId,
    /// The status from then on.
    pub status: OrderStatus,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, for programs.
    pub cause: Cause,
    /// Why, in a sentence.
    pub reason: Option<String>,
}

/// Adds to a timeline. The version numbers the rows; a number that is taken is a race lost.
pub async fn insert(db: &impl ConnectionTrait, version: i32, transition: &Transition) -> Result<(), DbErr> {
    let row = ActiveModel {
        order_id: Set(transition.order),
        version: Set(version),
        status: Set(transition.status.to_string()),
        at: Set(transition.at),
        reason: Set(transition.reason.clone()),
        cause: Set(Some(transition.cause.as_str().to_owned())),
    };
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// Whether what was last written down of this order's payments is that nobody knows what became of one.
pub async fn is_in_doubt(db: &impl ConnectionTrait, order: OrderId) -> Result<bool, DbErr> {
    let of_payments = Column::Cause.is_in(Cause::OF_PAYMENTS.map(Cause::as_str));
    let rows = Entity::find().filter(Column::OrderId.eq(order)).filter(of_payments);
    let last = rows.order_by_desc(Column::Version).one(db).await?;
    Ok(last.is_some_and(|last| last.cause.as_deref() == Some(Cause::PaymentInDoubt.as_str())))
}

/// The timelines of all these orders, each from its beginning.
pub async fn of_orders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Transition>, DbErr> {
    let rows = Entity::find().filter(Column::OrderId.is_in(orders.iter().copied()));
    rows.order_by_asc(Column::OrderId).order_by_asc(Column::Version).all(db).await?.into_iter().map(domain).collect()
}

fn domain(row: Model) -> Result<Transition, DbErr> {
    let status = row.status.parse().map_err(corrupt)?;
    let cause = row.cause.map_or(Ok(Cause::usual(status)), |cause| cause.parse().map_err(corrupt))?;
    Ok(Transition { order: row.order_id, status, at: row.at, cause, reason: row.reason })
}
