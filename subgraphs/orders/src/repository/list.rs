//! Lists of orders, page by page.

use std::collections::HashMap;

use kit::{
    Database, Failure, Result,
    page::{Direction, Keyset, Page, PageRequest},
};
use schema::Viewer;
use sea_orm::{ColumnTrait, QueryFilter, Select, sea_query::Expr};

use super::order::{domain, visible_to};
use crate::{
    domain::{Order, OrderNumber, OrderStatus, UserId},
    entity::order::{Column, Entity, Model},
};

/// Which orders a list is of. Nothing set: all that the viewer may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrderFilter {
    /// Only orders in one of these states.
    pub statuses: Option<Vec<OrderStatus>>,
    /// Only orders of these customers.
    pub customers: Option<Vec<UserId>>,
    /// Only orders with one of these numbers.
    pub numbers: Option<Vec<OrderNumber>>,
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

/// One page of what `viewer` may see.
pub async fn orders(
    database: &Database,
    viewer: &Viewer,
    filter: &OrderFilter,
    sort: OrderSort,
    page: &PageRequest,
) -> Result<Page<Order>> {
    let rows = keyset(sort).fetch(database, select(viewer, filter), page).await?;
    rows.try_map(|row| domain(row).map_err(Failure::from))
}

/// The same page for each of these users, in one statement.
pub async fn of_users(
    database: &Database,
    viewer: &Viewer,
    users: &[UserId],
    filter: &OrderFilter,
    sort: OrderSort,
    page: &PageRequest,
) -> Result<HashMap<UserId, Page<Order>>> {
    let whose = Expr::col((Entity, Column::CustomerId));
    let pages = keyset(sort).fetch_each(database, select(viewer, filter), whose, users, page).await?;
    let read = |page: Page<Model>| page.try_map(|row| domain(row).map_err(Failure::from));
    pages.into_iter().map(|(user, page)| Ok((user, read(page)?))).collect()
}

fn select(viewer: &Viewer, filter: &OrderFilter) -> Select<Entity> {
    let mut select = visible_to(viewer);
    if let Some(statuses) = &filter.statuses {
        select = select.filter(Column::Status.is_in(statuses.iter().map(|status| status.as_str())));
    }
    if let Some(customers) = &filter.customers {
        select = select.filter(Column::CustomerId.is_in(customers.iter().copied()));
    }
    if let Some(numbers) = &filter.numbers {
        select = select.filter(Column::Number.is_in(numbers.iter().map(OrderNumber::as_str)));
    }
    select
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
