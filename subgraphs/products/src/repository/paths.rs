//! What stands below what, at any depth: a row for each category and each that it stands below, itself included. Kept in
//! the transaction of whoever changes the tree, so that nobody has to walk it.

use std::collections::HashMap;

use kit::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use super::{relations, row};
use crate::{
    domain::{Category, CategoryId},
    entity::{
        category,
        category_path::{Column, Entity, Model},
    },
};

/// The categories above each of `ids`, from the root downwards.
pub async fn ancestors(
    connection: &impl ConnectionTrait,
    ids: &[CategoryId],
) -> Result<HashMap<CategoryId, Vec<Category>>> {
    let rows = Entity::find()
        .join(sea_orm::JoinType::InnerJoin, relations::paths_of_ancestor().rev())
        .select_also(category::Entity)
        .filter(Column::DescendantId.is_in(ids.iter().copied()))
        .filter(Column::Depth.gt(0))
        .order_by_desc(Column::Depth)
        .all(connection)
        .await?;
    let mut ancestors: HashMap<_, Vec<_>> = HashMap::new();
    for (Model { descendant_id, .. }, category) in rows {
        ancestors.entry(descendant_id).or_default().extend(category.map(row::category));
    }
    Ok(ancestors)
}

/// `category` is new, below `parent`.
pub(super) async fn add(
    connection: &impl ConnectionTrait,
    category: CategoryId,
    parent: Option<CategoryId>,
) -> Result<()> {
    let itself = Query::insert()
        .into_table(Entity)
        .columns([Column::AncestorId, Column::DescendantId, Column::Depth])
        .values_panic([category.into(), category.into(), 0.into()])
        .to_owned();
    connection.execute(&itself).await?;
    hang(connection, category, parent).await
}

/// `category`, with everything below it, stands below `parent` now.
pub(super) async fn moved(
    connection: &impl ConnectionTrait,
    category: CategoryId,
    parent: Option<CategoryId>,
) -> Result<()> {
    let cut = Entity::delete_many()
        .filter(Column::DescendantId.in_subquery(below(category)))
        .filter(Column::AncestorId.not_in_subquery(below(category)));
    cut.exec(connection).await?;
    hang(connection, category, parent).await
}

/// Puts whatever is below `category` below whatever `parent` is below.
async fn hang(connection: &impl ConnectionTrait, category: CategoryId, parent: Option<CategoryId>) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    let (up, down) = (Alias::new("up"), Alias::new("down"));
    let depth = Expr::col((up.clone(), Column::Depth)).add(Expr::col((down.clone(), Column::Depth))).add(1);
    let paths = Query::select()
        .column((up.clone(), Column::AncestorId))
        .column((down.clone(), Column::DescendantId))
        .expr(depth)
        .from_as(Entity, up.clone())
        .from_as(Entity, down.clone())
        .and_where(Expr::col((up, Column::DescendantId)).eq(parent))
        .and_where(Expr::col((down, Column::AncestorId)).eq(category))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(Entity).columns([Column::AncestorId, Column::DescendantId, Column::Depth]);
    insert.select_from(paths).map_err(kit::Failure::internal)?;
    connection.execute(&insert).await?;
    Ok(())
}

/// The ids of `category` and everything below it.
fn below(category: CategoryId) -> SelectStatement {
    Query::select().column(Column::DescendantId).from(Entity).and_where(Column::AncestorId.eq(category)).to_owned()
}
