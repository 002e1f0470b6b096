//! Slugs that somebody had before: an old address leads to whoever left it last, until somebody else moves in.

use kit::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    domain::{CategoryId, ProductId, Slug},
    entity::{former_category_slug as of_category, former_product_slug as of_product},
};

/// The product that had this slug last, on sale or not.
pub(super) async fn product(connection: &impl ConnectionTrait, slug: &Slug) -> Result<Option<ProductId>> {
    let owner = of_product::Entity::find_by_id(slug.as_str()).select_only().column(of_product::Column::ProductId);
    Ok(owner.into_tuple().one(connection).await?)
}

/// The category that had this slug last.
pub(super) async fn category(connection: &impl ConnectionTrait, slug: &Slug) -> Result<Option<CategoryId>> {
    let owner = of_category::Entity::find_by_id(slug.as_str()).select_only().column(of_category::Column::CategoryId);
    Ok(owner.into_tuple().one(connection).await?)
}

/// A product has this slug now. Whoever had it before is no longer found by it.
pub(super) async fn product_took(connection: &impl ConnectionTrait, slug: &Slug) -> Result<()> {
    let taken = of_product::Column::Slug.eq(slug.as_str());
    of_product::Entity::delete_many().filter(taken).exec(connection).await?;
    Ok(())
}

/// A product has given this slug up.
pub(super) async fn product_left(connection: &impl ConnectionTrait, slug: String, product_id: ProductId) -> Result<()> {
    let row = of_product::Model { slug, product_id }.into_active_model().reset_all();
    let last = OnConflict::column(of_product::Column::Slug).update_column(of_product::Column::ProductId).to_owned();
    of_product::Entity::insert(row).on_conflict(last).exec_without_returning(connection).await?;
    Ok(())
}

/// A category has this slug now. Whoever had it before is no longer found by it.
pub(super) async fn category_took(connection: &impl ConnectionTrait, slug: &Slug) -> Result<()> {
    let taken = of_category::Column::Slug.eq(slug.as_str());
    of_category::Entity::delete_many().filter(taken).exec(connection).await?;
    Ok(())
}

/// A category has given this slug up.
pub(super) async fn category_left(
    connection: &impl ConnectionTrait,
    slug: &Slug,
    category_id: CategoryId,
) -> Result<()> {
    let row = of_category::Model { slug: slug.to_string(), category_id }.into_active_model().reset_all();
    let last = OnConflict::column(of_category::Column::Slug).update_column(of_category::Column::CategoryId).to_owned();
    of_category::Entity::insert(row).on_conflict(last).exec_without_returning(connection).await?;
    Ok(())
}
