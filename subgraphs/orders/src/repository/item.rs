//! Lines of orders.

use kit::{Clock, random::new_id};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Value,
    sea_query::{CaseStatement, Expr},
};

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

/// Stores what products said about the products of an order, in one statement however many there are: it runs while
/// the order is locked.
pub async fn describe(
    db: &impl ConnectionTrait,
    order: OrderId,
    lines: &[(ProductId, &Snapshot)],
) -> Result<(), DbErr> {
    let by_product = |value: fn(&Snapshot) -> Value| {
        let case = lines.iter().fold(CaseStatement::new(), |case, (product, snapshot)| {
            case.case(Column::ProductId.eq(*product), Expr::val(value(snapshot)))
        });
        Expr::Case(Box::new(case))
    };
    let updated = Entity::update_many()
        .col_expr(Column::Title, by_product(|said| said.title.clone().into()))
        .col_expr(Column::UnitPriceMinor, by_product(|said| said.unit_price.minor.into()))
        .col_expr(Column::Currency, by_product(|said| said.unit_price.currency.code().into()))
        .filter(Column::OrderId.eq(order))
        .filter(Column::ProductId.is_in(lines.iter().map(|(product, _)| *product)))
        .exec(db)
        .await?;
    if usize::try_from(updated.rows_affected) == Ok(lines.len()) {
        Ok(())
    } else {
        Err(corrupt(format_args!("{} of {} lines of {order} are known", updated.rows_affected, lines.len())))
    }
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
