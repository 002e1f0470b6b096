//! Where products are filed: in which categories they are listed, above those that they are in as well, and by which words
//! they are found.
//!
//! It follows from the products, their links to categories and the tree. Whoever writes one of them files the products
//! anew: a product in its own transaction, those of a category that moved by and by (see [`crate::refile`]).
//!
//! Nobody may change the tree, or the same product, between what is read here and what is written: first the product's
//! row is locked, then the tree's ([`share_tree`]), by everybody in this order.

use kit::Result;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query},
};

use super::documents;
use crate::{
    domain::{CategoryId, ProductId},
    entity::{category_member as member, category_path as path, category_tree, product, product_category as link},
};

/// Nobody changes the tree until this transaction ends; others who share it do not wait.
pub(super) async fn share_tree(connection: &impl ConnectionTrait) -> Result<()> {
    let revision = category_tree::Entity::find().select_only().column(category_tree::Column::Revision);
    revision.lock_shared().into_tuple::<i64>().one(connection).await?;
    Ok(())
}

/// Files these products anew; those of them that are on sale. Their rows are locked, and the tree is.
pub(super) async fn file(connection: &impl ConnectionTrait, products: &[ProductId]) -> Result<()> {
    unlist(connection, products).await?;
    let members = Query::select()
        .distinct()
        .column((path::Entity, path::Column::AncestorId))
        .column((link::Entity, link::Column::ProductId))
        .from(link::Entity)
        .inner_join(
            path::Entity,
            Expr::col((path::Entity, path::Column::DescendantId)).equals((link::Entity, link::Column::CategoryId)),
        )
        .inner_join(
            product::Entity,
            Expr::col((product::Entity, product::Column::Id)).equals((link::Entity, link::Column::ProductId)),
        )
        .and_where(link::Column::ProductId.is_in(products.iter().copied()))
        .and_where(product::Column::ArchivedAt.is_null())
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(member::Entity).columns([member::Column::CategoryId, member::Column::ProductId]);
    insert.select_from(members).map_err(kit::Failure::internal)?;
    connection.execute(&insert).await?;
    documents::write(connection, products).await
}

/// Files a product nowhere any more: it is archived.
pub(super) async fn forget(connection: &impl ConnectionTrait, product: ProductId) -> Result<()> {
    unlist(connection, &[product]).await?;
    documents::forget(connection, &[product]).await
}

async fn unlist(connection: &impl ConnectionTrait, products: &[ProductId]) -> Result<()> {
    let theirs = member::Column::ProductId.is_in(products.iter().copied());
    member::Entity::delete_many().filter(theirs).exec(connection).await?;
    Ok(())
}

/// Files the next `limit` of the products in or below `category` anew, those after `after` in the order of their ids. Says
/// which was the last one; none where there was none left.
pub async fn file_next(
    database: &kit::Database,
    category: CategoryId,
    after: Option<ProductId>,
    limit: u64,
) -> Result<Option<ProductId>> {
    let transaction = database.begin_write().await?;
    let mut members = member::Entity::find()
        .select_only()
        .column(member::Column::ProductId)
        .filter(member::Column::CategoryId.eq(category));
    if let Some(after) = after {
        members = members.filter(member::Column::ProductId.gt(after));
    }
    let members = members.order_by_asc(member::Column::ProductId).limit(limit);
    let ids: Vec<ProductId> = members.into_tuple().all(&transaction).await?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    let mut rows = product::Entity::find().select_only().column(product::Column::Id);
    rows = rows.filter(product::Column::Id.is_in(ids.iter().copied())).order_by_asc(product::Column::Id);
    // Not the lock that would keep orders from referring to them.
    sea_orm::QueryTrait::query(&mut rows).lock(LockType::NoKeyUpdate);
    rows.into_tuple::<ProductId>().all(&transaction).await?;
    share_tree(&transaction).await?;
    file(&transaction, &ids).await?;
    transaction.commit().await?;
    Ok(Some(last))
}
