//! Commands on products. Titles and slugs are unique by index: two requests that come at once are told apart there.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kit::{
    Clock, Database, Failure, Result,
    database::is_unique,
    idempotency::{self, Claim, Claimed},
    money::Money,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QuerySelect, sea_query::Expr,
};

use super::{Outcome, categories, filing, former_slugs, images, is_foreign_key, products, row, stock};
use crate::{
    domain::{CategoryId, Description, ImageId, Product, ProductId, Slug, Title},
    entity::{
        product::{Column, Entity},
        product_category, product_image,
    },
};

/// How often a generated slug that somebody else took in this moment is made again.
const SLUG_ATTEMPTS: usize = 8;

/// A product to be.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Its title.
    pub title: Title,
    /// Its address; made from the title where nobody chose one.
    pub slug: Option<Slug>,
    /// What it is.
    pub description: Description,
    /// What one costs.
    pub price: Money,
    /// The categories it is in.
    pub categories: Vec<CategoryId>,
    /// The images it shows, in this order.
    pub images: Vec<ImageId>,
    /// How many there are at first.
    pub on_hand: i64,
}

/// What changes; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProductChange {
    /// The version that the caller saw.
    pub expected_version: Option<i32>,
    /// The new title; the address stays.
    pub title: Option<Title>,
    /// The new address.
    pub slug: Option<Slug>,
    /// The new description.
    pub description: Option<Description>,
    /// The new price; orders keep theirs.
    pub price: Option<Money>,
    /// All categories it shall be in.
    pub categories: Option<Vec<CategoryId>>,
    /// All images it shall show.
    pub images: Option<Vec<ImageId>>,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such product on sale.
    NotFound,
    /// It has another version than the caller saw.
    Conflict {
        /// The one it has.
        current: i32,
    },
    /// Another product on sale has this title.
    TitleTaken,
    /// Another product on sale has this slug.
    SlugTaken,
    /// The category at this place of the list does not exist.
    NoCategory(usize),
    /// The image at this place of the list does not exist, or its upload is not complete.
    NoImage(usize),
    /// The idempotency key was used with another input.
    KeyMismatch,
}

/// Puts a product on sale, once per claim where there is one; the flag says whether it had been done before.
pub async fn add(
    database: &Database,
    clock: &Clock,
    new: &NewProduct,
    claim: Option<&Claim>,
) -> Outcome<(Product, bool), Refused> {
    for _ in 0..SLUG_ATTEMPTS {
        match try_add(database, clock, new, claim).await? {
            Err(Refused::SlugTaken) if new.slug.is_none() => {}
            done => return Ok(done),
        }
    }
    Err(Failure::internal("no free slug could be found"))
}

async fn try_add(
    database: &Database,
    clock: &Clock,
    new: &NewProduct,
    claim: Option<&Claim>,
) -> Outcome<(Product, bool), Refused> {
    let transaction = database.begin_write().await?;
    if let Some(claim) = claim {
        match idempotency::claim(&transaction, claim, clock).await? {
            Claimed::New => {}
            Claimed::Mismatch => return Ok(Err(Refused::KeyMismatch)),
            Claimed::Replay(product) => {
                let product = products::by_id(&transaction, ProductId::from_uuid(product)).await?;
                return Ok(product.map(|product| (product, true)).ok_or(Refused::NotFound));
            }
        }
    }
    let id: ProductId = kit::random::new_id(clock);
    let slug = match &new.slug {
        Some(slug) => slug.clone(),
        None => free_slug(&transaction, Slug::from_title(&new.title, &id.to_string().replace('_', "-"))).await?,
    };
    let now = clock.now();
    let product = Product {
        id,
        title: new.title.clone(),
        slug,
        description: new.description.clone(),
        price: new.price,
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    };
    let row = row::product_row(&product).into_active_model().reset_all();
    if let Err(error) = Entity::insert(row).exec_without_returning(&transaction).await {
        return taken(error).map(Err);
    }
    former_slugs::product_took(&transaction, &product.slug).await?;
    stock::add(&transaction, id, new.on_hand).await?;
    filing::share_tree(&transaction).await?;
    if let Err(refused) = link(&transaction, id, Some(&new.categories), Some(&new.images)).await? {
        return Ok(Err(refused));
    }
    filing::file(&transaction, &[id]).await?;
    if let Some(claim) = claim {
        idempotency::finish(&transaction, claim, id.uuid()).await?;
    }
    transaction.commit().await?;
    Ok(Ok((product, false)))
}

/// Changes a product on sale.
pub async fn update(
    database: &Database,
    clock: &Clock,
    id: ProductId,
    change: &ProductChange,
) -> Outcome<Product, Refused> {
    let transaction = database.begin_write().await?;
    let former = if change.slug.is_some() { locked_slug(&transaction, id).await? } else { None };
    let mut update = touch(id, change.expected_version, clock.now());
    if let Some(title) = &change.title {
        update = update.col_expr(Column::Title, title.as_str().into()).col_expr(Column::TitleKey, title.key().into());
    }
    if let Some(slug) = &change.slug {
        update = update.col_expr(Column::Slug, slug.as_str().into());
    }
    if let Some(description) = &change.description {
        update = update.col_expr(Column::Description, description.as_str().into());
    }
    if let Some(price) = change.price {
        update = update
            .col_expr(Column::PriceMinor, price.minor.into())
            .col_expr(Column::Currency, price.currency.code().into())
            .col_expr(Column::PriceDigits, i16::from(price.currency.digits()).into());
    }
    match update.exec(&transaction).await {
        Ok(done) if done.rows_affected == 0 => return why_not(&transaction, id).await.map(Err),
        Ok(_) => {}
        Err(error) => return taken(error).map(Err),
    }
    if let (Some(slug), Some(former)) = (&change.slug, former)
        && slug.as_str() != former
    {
        former_slugs::product_left(&transaction, former, id).await?;
        former_slugs::product_took(&transaction, slug).await?;
    }
    filing::share_tree(&transaction).await?;
    if let Err(refused) = link(&transaction, id, change.categories.as_deref(), change.images.as_deref()).await? {
        return Ok(Err(refused));
    }
    filing::file(&transaction, &[id]).await?;
    let product = products::by_id(&transaction, id).await?;
    transaction.commit().await?;
    product.map(Ok).ok_or_else(|| Failure::internal("a product vanished while it changed"))
}

/// Takes a product off sale; its title and slug are free again, old orders still reach it.
pub async fn archive(
    database: &Database,
    clock: &Clock,
    id: ProductId,
    expected_version: Option<i32>,
) -> Outcome<Product, Refused> {
    let transaction = database.begin_write().await?;
    let now = clock.now();
    let update = touch(id, expected_version, now).col_expr(Column::ArchivedAt, Expr::val(now));
    if update.exec(&transaction).await?.rows_affected == 0 {
        return why_not(&transaction, id).await.map(Err);
    }
    filing::forget(&transaction, id).await?;
    let product = products::by_id(&transaction, id).await?;
    transaction.commit().await?;
    product.map(Ok).ok_or_else(|| Failure::internal("a product vanished while it was archived"))
}

/// An update of a product on sale that counts its version up, if it is the expected one.
fn touch(id: ProductId, expected_version: Option<i32>, now: DateTime<Utc>) -> sea_orm::UpdateMany<Entity> {
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::val(now))
        .filter(Column::Id.eq(id))
        .filter(Column::ArchivedAt.is_null());
    match expected_version {
        Some(version) => update.filter(Column::Version.eq(version)),
        None => update,
    }
}

/// Why [`touch`] found nothing.
async fn why_not(connection: &impl ConnectionTrait, id: ProductId) -> Result<Refused> {
    let product = products::by_id(connection, id).await?.filter(|product| product.archived_at.is_none());
    Ok(product.map_or(Refused::NotFound, |product| Refused::Conflict { current: product.version }))
}

/// The slug that the product gives up. Nobody else changes it before this transaction ends: each slug that it ever had is
/// kept.
async fn locked_slug(connection: &impl ConnectionTrait, id: ProductId) -> Result<Option<String>> {
    let slug = products::on_sale().filter(Column::Id.eq(id)).select_only().column(Column::Slug).lock_exclusive();
    Ok(slug.into_tuple().one(connection).await?)
}

/// What a unique index refused.
fn taken(error: DbErr) -> Result<Refused> {
    if is_unique(&error, "products_title_key", "products.title_key") {
        Ok(Refused::TitleTaken)
    } else if is_unique(&error, "products_slug", "products.slug") {
        Ok(Refused::SlugTaken)
    } else {
        Err(error.into())
    }
}

/// `slug`, or the first numbered one that no product on sale has.
async fn free_slug(connection: &impl ConnectionTrait, slug: Slug) -> Result<Slug> {
    let taken: Vec<String> = products::on_sale()
        .select_only()
        .column(Column::Slug)
        .filter(Column::Slug.eq(slug.as_str()).or(Column::Slug.starts_with(format!("{slug}-"))))
        .into_tuple()
        .all(connection)
        .await?;
    let taken: HashSet<_> = taken.iter().map(String::as_str).collect();
    let free = std::iter::once(slug.clone()).chain((2..).map(|number| slug.numbered(number)));
    Ok(free.into_iter().find(|slug| !taken.contains(slug.as_str())).unwrap_or(slug))
}

/// Replaces the product's categories and images, where given.
async fn link(
    connection: &impl ConnectionTrait,
    product: ProductId,
    category_ids: Option<&[CategoryId]>,
    image_ids: Option<&[ImageId]>,
) -> Outcome<(), Refused> {
    if let Some(ids) = category_ids {
        let known = categories::existing(connection, ids).await?;
        if let Some(missing) = ids.iter().position(|id| !known.contains(id)) {
            return Ok(Err(Refused::NoCategory(missing)));
        }
        let by_product = product_category::Column::ProductId.eq(product);
        product_category::Entity::delete_many().filter(by_product).exec(connection).await?;
        let rows = distinct(ids).map(|category_id| product_category::Model { product_id: product, category_id });
        let rows: Vec<_> = rows.map(|row| row.into_active_model().reset_all()).collect();
        match product_category::Entity::insert_many(rows).exec_without_returning(connection).await {
            // It was deleted between the look and the link.
            Err(error) if is_foreign_key(&error) => return Ok(Err(Refused::NoCategory(0))),
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
    }
    if let Some(ids) = image_ids {
        let known = images::stored(connection, ids).await?;
        if let Some(missing) = ids.iter().position(|id| !known.contains(id)) {
            return Ok(Err(Refused::NoImage(missing)));
        }
        let by_product = product_image::Column::ProductId.eq(product);
        product_image::Entity::delete_many().filter(by_product).exec(connection).await?;
        let row = |(position, image_id)| product_image::Model { product_id: product, image_id, position };
        let rows: Vec<_> = (0..).zip(distinct(ids)).map(|pair| row(pair).into_active_model().reset_all()).collect();
        match product_image::Entity::insert_many(rows).exec_without_returning(connection).await {
            // It was deleted between the look and the link.
            Err(error) if is_foreign_key(&error) => return Ok(Err(Refused::NoImage(0))),
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
    }
    Ok(Ok(()))
}

/// Each id once, in the order of first mention.
fn distinct<T: Copy + Eq + std::hash::Hash>(ids: &[T]) -> impl Iterator<Item = T> {
    let mut seen = HashSet::new();
    ids.iter().copied().filter(move |id| seen.insert(*id))
}
