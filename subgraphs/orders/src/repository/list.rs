//! Lists of orders, page by page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kit::{
    Database, Failure, Result,
    filter::TimeRange,
    page::{Direction, Keyset, Page, PageRequest},
};
use schema::Viewer;
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryTrait as _, Select,
    sea_query::{Expr, ExprTrait as _},
};

use super::order::{domain, visible_to};
use crate::{
    domain::{Order, OrderNumber, OrderStatus, UserId},
    entity::order::{Column, Entity, Model},
};

/// Which orders a list is of. Nothing set: all that the viewer may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrderFilter {
    /// Only orders that are in one of these states at the time of asking.
    pub statuses: Option<Vec<OrderStatus>>,
    /// Only orders of these customers.
    pub customers: Option<Vec<UserId>>,
    /// Only orders with one of these numbers.
    pub numbers: Option<Vec<OrderNumber>>,
    /// Only orders placed in this time.
    pub created_at: TimeRange,
    /// Only orders that, at the time of asking, changed last in this time.
    pub updated_at: TimeRange,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderSortField {
    /// When the order was placed.
    CreatedAt,
    /// When its status last changed.
    UpdatedAt,
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderSort {
    /// By what.
    pub field: OrderSortField,
    /// Up or down.
    pub direction: Direction,
}

impl Default for OrderSort {
    fn default() -> Self {
        Self { field: OrderSortField::CreatedAt, direction: Direction::Asc }
    }
}

/// One page of what `viewer` may see, as of `now`.
pub async fn orders(
    database: &Database,
    viewer: &Viewer,
    filter: &OrderFilter,
    sort: OrderSort,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<Order>> {
    let rows = keyset(sort).fetch(database, select(viewer, filter, now), page).await?;
    read(rows, now)
}

/// The same page for each of these users, in one statement.
pub async fn of_users(
    database: &Database,
    viewer: &Viewer,
    users: &[UserId],
    filter: &OrderFilter,
    sort: OrderSort,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<HashMap<UserId, Page<Order>>> {
    let whose = Expr::col((Entity, Column::CustomerId));
    let pages = keyset(sort).fetch_each(database, select(viewer, filter, now), whose, users, page).await?;
    pages.into_iter().map(|(user, page)| Ok((user, read(page, now)?))).collect()
}

fn read(page: Page<Model>, now: DateTime<Utc>) -> Result<Page<Order>> {
    page.try_map(|row| Ok(domain(row).map_err(Failure::from)?.as_of(now)))
}

fn select(viewer: &Viewer, filter: &OrderFilter, now: DateTime<Utc>) -> Select<Entity> {
    let mut select = visible_to(viewer);
    if let Some(statuses) = &filter.statuses {
        select = select.filter(status_at(statuses, now));
    }
    if let Some(customers) = &filter.customers {
        select = select.filter(Column::CustomerId.is_in(customers.iter().copied()));
    }
    if let Some(numbers) = &filter.numbers {
        select = select.filter(Column::Number.is_in(numbers.iter().map(OrderNumber::as_str)));
    }
    let TimeRange { gte, lte } = filter.created_at;
    select
        .apply_if(gte, |select, time| select.filter(Column::CreatedAt.gte(time)))
        .apply_if(lte, |select, time| select.filter(Column::CreatedAt.lte(time)))
        .filter(updated_in(filter.updated_at, now))
}

/// [`Order::as_of`] as a condition: an order whose time is over changed last when it was over, stored or not.
fn updated_in(TimeRange { gte, lte }: TimeRange, now: DateTime<Utc>) -> Condition {
    let unpaid = || Column::Status.is_in(OrderStatus::EXPIRING.map(OrderStatus::as_str));
    let since = |time| {
        let over_since = unpaid().and(Column::ExpiresAt.lte(now)).and(Column::ExpiresAt.gte(time));
        Condition::any().add(Column::UpdatedAt.gte(time)).add(over_since)
    };
    let until = |time| {
        let over_later = unpaid().and(Column::ExpiresAt.lte(now)).and(Column::ExpiresAt.gt(time));
        Column::UpdatedAt.lte(time).and(over_later.not())
    };
    Condition::all().add_option(gte.map(since)).add_option(lte.map(until))
}

/// [`Order::status_at`] as a condition: an unpaid order is EXPIRED from its `expires_at` on, stored or not.
fn status_at(statuses: &[OrderStatus], now: DateTime<Utc>) -> Condition {
    let names = |statuses: &[OrderStatus]| statuses.iter().map(|status| status.as_str()).collect::<Vec<_>>();
    let (unpaid, settled): (Vec<_>, Vec<_>) = statuses.iter().copied().partition(|status| status.expires());
    let mut any = Condition::any().add(Column::Status.is_in(names(&settled)));
    if !unpaid.is_empty() {
        let current = Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now));
        any = any.add(Column::Status.is_in(names(&unpaid)).and(current));
    }
    if settled.contains(&OrderStatus::Expired) {
        any = any.add(Column::Status.is_in(names(&OrderStatus::EXPIRING)).and(Column::ExpiresAt.lte(now)));
    }
    any
}

fn keyset(sort: OrderSort) -> Keyset<Entity> {
    let direction = sort.direction;
    let keyset = match sort.field {
        OrderSortField::CreatedAt => {
            Keyset::new(format!("orders:created:{direction:?}"))
                .by(Column::CreatedAt, direction, |row: &Model| row.created_at)
        }
        OrderSortField::UpdatedAt => {
            Keyset::new(format!("orders:updated:{direction:?}"))
                .by(Column::UpdatedAt, direction, |row: &Model| row.updated_at)
        }
    };
    keyset.by(Column::Id, direction, |row: &Model| row.id)
}
