//! Lines of orders.

use kit::{Clock, random::new_id};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{corrupt, maybe_money};
use crate::{
    domain::{Basket, Item, OrderId, ProductId, Snapshot},
    entity::item::{ActiveModel, Column, Entity, Model},
};

/// Stores the lines of a new order.
pub async fn insert(db: &impl ConnectionTrait, order: OrderId, basket: &Basket, clock: &Clock) -> Result<(), DbErr> {
    let rows = basket.lines().iter().zip(0..).map(|(line, position)| ActiveModel {
        id: Set(new_id(clock)),
        order_id: Set(order),
        position: Set(position),
        product_id: Set(line.product),
        quantity: Set(line.quantity),
        title: Set(None),
        unit_price_minor: Set(None),
        currency: Set(None),
    });
    Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

/// Stores what products said about one product of an order.
pub async fn describe(
    db: &impl ConnectionTrait,
    order: OrderId,
    product: ProductId,
    snapshot: &Snapshot,
) -> Result<(), DbErr> {
    let changes = ActiveModel {
        title: Set(Some(snapshot.title.clone())),
        unit_price_minor: Set(Some(snapshot.unit_price.minor)),
        currency: Set(Some(snapshot.unit_price.currency.code().to_owned())),
        ..ActiveModel::default()
    };
    let line = Entity::update_many().set(changes).filter(Column::OrderId.eq(order));
    let updated = line.filter(Column::ProductId.eq(product)).exec(db).await?;
    if updated.rows_affected == 1 { Ok(()) } else { Err(corrupt(format_args!("no line for {product} in {order}"))) }
}

/// The lines of all these orders, in the order in which the customers named them.
pub async fn of_orders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Item>, DbErr> {
    let rows = Entity::find().filter(Column::OrderId.is_in(orders.iter().copied()));
    rows.order_by_asc(Column::OrderId).order_by_asc(Column::Position).all(db).await?.into_iter().map(domain).collect()
}

fn domain(row: Model) -> Result<Item, DbErr> {
    let unit_price = maybe_money(row.unit_price_minor, row.currency.as_deref())?;
    Ok(Item {
        id: row.id,
        order: row.order_id,
        product: row.product_id,
        quantity: row.quantity,
        snapshot: row.title.zip(unit_price).map(|(title, unit_price)| Snapshot { title, unit_price }),
    })
}
