//! Between which prices the products of a list cost.

use std::collections::HashMap;

use kit::{Result, money::Money};
use sea_orm::{ConnectionTrait, ExprTrait, QueryFilter, QuerySelect, Select, sea_query::Expr};

use super::{
    filter::Filter,
    lists::{PriceRange, Reach, of_shelves},
    products::on_sale,
    row,
};
use crate::{
    domain::CategoryId,
    entity::product::{Column, Entity},
};

/// The range of all products on sale that `filter` lets through; none where there are none, or several currencies.
pub async fn range(connection: &impl ConnectionTrait, filter: &Filter) -> Result<Option<PriceRange>> {
    let select = ends(on_sale().filter(filter.condition(connection.get_database_backend())));
    // The third row could say nothing that the second does not.
    let rows: Vec<(String, i64, i64)> = select.limit(2).into_tuple().all(connection).await?;
    only(&rows)
}

/// The range of each category that has one, in one statement.
pub async fn range_of_each(
    connection: &impl ConnectionTrait,
    categories: &[CategoryId],
    reach: Reach,
    filter: &Filter,
) -> Result<HashMap<CategoryId, PriceRange>> {
    let (select, category) = of_shelves(reach);
    let select = select
        .filter(category.clone().is_in(categories.iter().copied()))
        .filter(filter.condition(connection.get_database_backend()));
    let select = ends(select).expr_as(category.clone(), "category").group_by(category);
    let rows: Vec<(String, i64, i64, CategoryId)> = select.into_tuple().all(connection).await?;
    let mut by_category: HashMap<CategoryId, Vec<_>> = HashMap::new();
    for (currency, min, max, category) in rows {
        by_category.entry(category).or_default().push((currency, min, max));
    }
    let mut ranges = HashMap::new();
    for (category, rows) in by_category {
        ranges.extend(only(&rows)?.map(|range| (category, range)));
    }
    Ok(ranges)
}

/// The lowest and the highest price in each currency.
fn ends(select: Select<Entity>) -> Select<Entity> {
    let minor = || Expr::col((Entity, Column::PriceMinor));
    let select = select.select_only().column(Column::Currency);
    select.expr_as(minor().min(), "lowest").expr_as(minor().max(), "highest").group_by(Column::Currency)
}

/// The range, where all prices are in one currency.
fn only(rows: &[(String, i64, i64)]) -> Result<Option<PriceRange>> {
    let [(currency, min, max)] = rows else { return Ok(None) };
    let money = |minor| -> Result<Money> { row::money(minor, currency) };
    Ok(Some(PriceRange { min: money(*min)?, max: money(*max)? }))
}
