//! Products by id and by slug.

use kit::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::{former_slugs, row};
use crate::{
    domain::{Product, ProductId, Slug},
    entity::product::{Column, Entity},
};

/// The products on sale: the short query is the one that hides what is archived.
pub(super) fn on_sale() -> Select<Entity> {
    Entity::find().filter(Column::ArchivedAt.is_null())
}

/// Products by id, archived ones too: old orders still speak of them.
pub async fn by_ids(connection: &impl ConnectionTrait, ids: &[ProductId]) -> Result<Vec<Product>> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    rows.into_iter().map(row::product).collect()
}

/// A product by id, archived or not.
pub async fn by_id(connection: &impl ConnectionTrait, id: ProductId) -> Result<Option<Product>> {
    Entity::find_by_id(id).one(connection).await?.map(row::product).transpose()
}

/// The product on sale at this address, or the one that has left it.
pub async fn by_slug(connection: &impl ConnectionTrait, slug: &Slug) -> Result<Option<Product>> {
    if let Some(row) = on_sale().filter(Column::Slug.eq(slug.as_str())).one(connection).await? {
        return row::product(row).map(Some);
    }
    let Some(id) = former_slugs::product(connection, slug).await? else { return Ok(None) };
    on_sale().filter(Column::Id.eq(id)).one(connection).await?.map(row::product).transpose()
}
