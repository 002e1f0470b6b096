//! Orders, and how a decided step is stored.

use chrono::{DateTime, Utc};
use kit::{Clock, id::Kind as _, jobs::no_open_job, money::Money};
use schema::Viewer;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    corrupt, maybe_money, outbox,
    transition::{self, Transition},
};
use crate::{
    domain::{
        Cause, Order, OrderId, OrderNumber, OrderStatus, ShippingAddress, Step, UserId, ids::OrderKind,
        order::SCOPE_READ,
    },
    entity::order::{ActiveModel, Column, Entity, Model},
};

/// Every order that `viewer` may see: the short way to ask is the safe one.
pub fn visible_to(viewer: &Viewer) -> Select<Entity> {
    let shown = Entity::find().filter(Column::Status.ne(OrderStatus::Rejected.as_str()));
    match viewer.id() {
        _ if viewer.has_scope(SCOPE_READ) => shown,
        Some(id) => shown.filter(Column::CustomerId.eq(id)),
        None => shown.filter(Expr::val(1).eq(0)),
    }
}

/// Stores a new order and the first row of its timeline.
pub async fn insert(db: &impl ConnectionTrait, order: &Order) -> Result<(), DbErr> {
    let address = order.address.clone();
    let row = ActiveModel {
        id: Set(order.id),
        number: Set(order.number.to_string()),
        customer_id: Set(order.customer),
        status: Set(order.status.to_string()),
        total_minor: Set(order.total.map(|total| total.minor)),
        currency: Set(order.total.map(|total| total.currency.code().to_owned())),
        recipient: Set(address.recipient),
        line1: Set(address.line1),
        line2: Set(address.line2),
        city: Set(address.city),
        region: Set(address.region),
        postal_code: Set(address.postal_code),
        country_code: Set(address.country_code),
        phone: Set(address.phone),
        attempt: Set(order.attempt),
        expires_at: Set(order.expires_at),
        created_at: Set(order.created_at),
        updated_at: Set(order.updated_at),
        version: Set(order.version),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    let (cause, reason) = (Cause::Placed, Some("The order was placed.".to_owned()));
    let first = Transition { order: order.id, status: order.status, at: order.created_at, cause, reason };
    transition::insert(db, order.version, &first).await
}

/// The order, as it is; whoever shows it asks the domain first who may see it.
pub async fn by_id(db: &impl ConnectionTrait, id: OrderId) -> Result<Option<Order>, DbErr> {
    Entity::find_by_id(id).one(db).await?.map(domain).transpose()
}

/// The same, kept from changing until the transaction ends. (SQLite has one writer, so nothing needs locking there.)
pub async fn lock(db: &impl ConnectionTrait, id: OrderId) -> Result<Option<Order>, DbErr> {
    Entity::find_by_id(id).lock_exclusive().one(db).await?.map(domain).transpose()
}

/// At most `limit` orders behind `after`, by id, whatever their state: for whoever looks through all of them.
pub async fn page(db: &impl ConnectionTrait, after: Option<OrderId>, limit: u64) -> Result<Vec<Order>, DbErr> {
    let rows = Entity::find().apply_if(after, |rows, after| rows.filter(Column::Id.gt(after)));
    rows.order_by_asc(Column::Id).limit(limit).all(db).await?.into_iter().map(domain).collect()
}

/// Where those of these orders stand that there are.
pub async fn standing(db: &impl ConnectionTrait, ids: &[OrderId]) -> Result<Vec<(OrderId, OrderStatus)>, DbErr> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    let rows = rows.select_only().column(Column::Id).column(Column::Status);
    let rows: Vec<(OrderId, String)> = rows.into_tuple().all(db).await?;
    rows.into_iter().map(|(id, status)| Ok((id, status.parse().map_err(corrupt)?))).collect()
}

/// Writes down which hold on the stock is the order's own. It is no transition.
pub async fn set_attempt(db: &impl ConnectionTrait, id: OrderId, attempt: i32) -> Result<(), DbErr> {
    let changes = ActiveModel { attempt: Set(attempt), ..ActiveModel::default() };
    Entity::update_many().set(changes).filter(Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Those of these orders that `viewer` may see, as of `now`.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[OrderId],
    now: DateTime<Utc>,
) -> Result<Vec<Order>, DbErr> {
    let rows = visible_to(viewer).filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    rows.into_iter().map(|row| Ok(domain(row)?.as_of(now))).collect()
}

/// The order with this number, if `viewer` may see it.
pub async fn by_number(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    number: &OrderNumber,
) -> Result<Option<Order>, DbErr> {
    visible_to(viewer).filter(Column::Number.eq(number.as_str())).one(db).await?.map(domain).transpose()
}

/// Whether this customer ever ordered anything.
pub async fn customer_has_any(db: &impl ConnectionTrait, customer: UserId) -> Result<bool, DbErr> {
    Ok(Entity::find().filter(Column::CustomerId.eq(customer)).one(db).await?.is_some())
}

/// Orders that should have been paid by `now` and about which there is no job of `topic`, the longest overdue first.
pub async fn overdue(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    topic: &str,
    limit: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let waiting = OrderStatus::EXPIRING.map(OrderStatus::as_str);
    let rows = Entity::find().filter(Column::Status.is_in(waiting)).filter(Column::ExpiresAt.lte(now));
    without_job(db, rows, topic).order_by_asc(Column::ExpiresAt).limit(limit).into_tuple().all(db).await
}

/// Orders to which products has not answered since before `time` and about which there is no job of `topic`.
pub async fn unanswered(
    db: &impl ConnectionTrait,
    time: DateTime<Utc>,
    topic: &str,
    limit: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let rows = Entity::find().filter(Column::Status.eq(OrderStatus::Pending.as_str()));
    let rows = without_job(db, rows.filter(Column::CreatedAt.lte(time)), topic);
    rows.order_by_asc(Column::CreatedAt).limit(limit).into_tuple().all(db).await
}

/// The ids of the orders about which nobody has added a job of `topic` yet.
fn without_job(db: &impl ConnectionTrait, orders: Select<Entity>, topic: &str) -> Select<Entity> {
    let condition = no_open_job(db.get_database_backend(), topic, OrderKind::PREFIX, "orders", "id");
    orders.filter(condition).select_only().column(Column::Id)
}

/// Stores `step` of `order` as it was read: its status, a row of its timeline, the message that follows. `None`: the
/// order has gone on in the meantime, and nothing was stored.
pub async fn advance(
    db: &impl ConnectionTrait,
    order: &Order,
    step: &Step,
    clock: &Clock,
) -> Result<Option<Order>, DbErr> {
    // Clocks of different machines differ; a timeline does not go back for that.
    let now = Ord::max(step.at.unwrap_or_else(|| clock.now()), order.updated_at);
    let next = Order { status: step.to, version: order.version + 1, updated_at: now, ..order.clone() };
    let changes = ActiveModel {
        status: Set(next.status.to_string()),
        version: Set(next.version),
        attempt: Set(next.attempt),
        total_minor: Set(next.total.map(|total| total.minor)),
        currency: Set(next.total.map(|total| total.currency.code().to_owned())),
        expires_at: Set(next.expires_at),
        updated_at: Set(next.updated_at),
        ..ActiveModel::default()
    };
    let same = Entity::update_many().set(changes).filter(Column::Id.eq(order.id));
    let updated = same.filter(Column::Version.eq(order.version)).exec(db).await?;
    if updated.rows_affected == 0 {
        return Ok(None);
    }
    let (cause, reason) = (step.cause, Some(step.reason.clone()));
    let transition = Transition { order: order.id, status: step.to, at: next.updated_at, cause, reason };
    transition::insert(db, next.version, &transition).await?;
    if let Some(effect) = step.effect {
        outbox::insert(db, &next, effect, clock).await?;
    }
    Ok(Some(next))
}

/// The order with what only products could say. Storing it is [`advance`]'s.
pub fn priced(order: &Order, total: Money, expires_at: DateTime<Utc>) -> Order {
    Order { total: Some(total), expires_at: Some(expires_at), ..order.clone() }
}

/// A row as the domain knows it.
pub fn domain(row: Model) -> Result<Order, DbErr> {
    Ok(Order {
        id: row.id,
        number: OrderNumber::stored(row.number),
        customer: row.customer_id,
        status: row.status.parse().map_err(corrupt)?,
        total: maybe_money(row.total_minor, row.currency.as_deref())?,
        address: ShippingAddress {
            recipient: row.recipient,
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country_code: row.country_code,
            phone: row.phone,
        },
        attempt: row.attempt,
        expires_at: row.expires_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}
