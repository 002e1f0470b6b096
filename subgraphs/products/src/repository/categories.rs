//! Categories, read. Each function answers for many at once, so that nobody needs to ask one by one.

use std::collections::{HashMap, HashSet};

use kit::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{former_slugs, relations, row};
use crate::{
    domain::{Category, CategoryId, ProductId, Slug, tree::Tree},
    entity::{
        category::{Column, Entity, Model},
        product_category,
    },
};

/// In the order in which people read them: siblings by name.
fn sorted() -> Select<Entity> {
    Entity::find().order_by_asc(Column::SiblingKey).order_by_asc(Column::Id)
}

fn read(rows: Vec<Model>) -> Vec<Category> {
    rows.into_iter().map(row::category).collect()
}

/// The categories that stand below nothing.
pub async fn roots(connection: &impl ConnectionTrait) -> Result<Vec<Category>> {
    Ok(read(sorted().filter(Column::ParentId.is_null()).all(connection).await?))
}

/// Categories by id.
pub async fn by_ids(connection: &impl ConnectionTrait, ids: &[CategoryId]) -> Result<Vec<Category>> {
    Ok(read(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(connection).await?))
}

/// A category by id.
pub async fn by_id(connection: &impl ConnectionTrait, id: CategoryId) -> Result<Option<Category>> {
    Ok(Entity::find_by_id(id).one(connection).await?.map(row::category))
}

/// The category at this address, or the one that has left it.
pub async fn by_slug(connection: &impl ConnectionTrait, slug: &Slug) -> Result<Option<Category>> {
    if let Some(row) = Entity::find().filter(Column::Slug.eq(slug.as_str())).one(connection).await? {
        return Ok(Some(row::category(row)));
    }
    let Some(id) = former_slugs::category(connection, slug).await? else { return Ok(None) };
    by_id(connection, id).await
}

/// What stands directly below each of `parents`.
pub async fn children(
    connection: &impl ConnectionTrait,
    parents: &[CategoryId],
) -> Result<HashMap<CategoryId, Vec<Category>>> {
    let rows = sorted().filter(Column::ParentId.is_in(parents.iter().copied())).all(connection).await?;
    let mut children: HashMap<_, Vec<_>> = HashMap::new();
    for category in read(rows) {
        if let Some(parent) = category.parent {
            children.entry(parent).or_default().push(category);
        }
    }
    Ok(children)
}

/// The categories that each of `products` is in.
pub async fn of_products(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Vec<Category>>> {
    let rows = product_category::Entity::find()
        .join(JoinType::InnerJoin, relations::links_of_category().rev())
        .select_also(Entity)
        .filter(product_category::Column::ProductId.is_in(products.iter().copied()))
        .order_by_asc(Column::SiblingKey)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    let mut categories: HashMap<_, Vec<_>> = HashMap::new();
    for (link, category) in rows {
        if let Some(category) = category {
            categories.entry(link.product_id).or_default().push(row::category(category));
        }
    }
    Ok(categories)
}

/// Which of `ids` exist.
pub async fn existing(connection: &impl ConnectionTrait, ids: &[CategoryId]) -> Result<HashSet<CategoryId>> {
    let known: Vec<CategoryId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(known.into_iter().collect())
}

/// The shape of the whole forest.
pub async fn tree(connection: &impl ConnectionTrait) -> Result<Tree> {
    let pairs: Vec<(CategoryId, Option<CategoryId>)> =
        Entity::find().select_only().column(Column::Id).column(Column::ParentId).into_tuple().all(connection).await?;
    Ok(pairs.into_iter().collect())
}
