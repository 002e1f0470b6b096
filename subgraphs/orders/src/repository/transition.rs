//! The timelines of orders.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::corrupt;
use crate::{
    domain::{OrderId, OrderStatus},
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
    };
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The timelines of all these orders, each from its beginning.
pub async fn of_orders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Transition>, DbErr> {
    let rows = Entity::find().filter(Column::OrderId.is_in(orders.iter().copied()));
    rows.order_by_asc(Column::OrderId).order_by_asc(Column::Version).all(db).await?.into_iter().map(domain).collect()
}

fn domain(row: Model) -> Result<Transition, DbErr> {
    let status = row.status.parse().map_err(corrupt)?;
    Ok(Transition { order: row.order_id, status, at: row.at, reason: row.reason })
}
