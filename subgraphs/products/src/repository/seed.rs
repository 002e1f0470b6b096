//! A whole catalogue at once, for an empty database.

use chrono::{DateTime, Utc};
use kit::{Database, Failure, Result};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use super::{category_writes::lock_tree, filing, paths, row};
use crate::{
    domain::{Category, CategoryId, Dimensions, ImageId, ImageKind, Product},
    entity::{category, image, product, product_category, product_image, stock},
};

/// How many products one statement files.
const FILED_AT_ONCE: usize = 200;

/// Everything that a shop begins with.
pub struct Catalogue {
    /// Parents before their children.
    pub categories: Vec<Category>,
    /// Images whose bytes are kept.
    pub images: Vec<SeedImage>,
    /// What is for sale.
    pub products: Vec<SeedProduct>,
}

/// An image whose bytes are kept: a PNG.
pub struct SeedImage {
    /// Its id.
    pub id: ImageId,
    /// The name under which it is served.
    pub file_name: String,
    /// What it shows.
    pub alt: String,
    /// How many bytes it has.
    pub size: usize,
    /// How large it is.
    pub dimensions: Dimensions,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A product with everything that belongs to it.
pub struct SeedProduct {
    /// The product.
    pub product: Product,
    /// What it is in.
    pub categories: Vec<CategoryId>,
    /// What it shows.
    pub image: ImageId,
    /// How many there are.
    pub on_hand: i64,
}

/// Whether there is neither a category nor a product, archived ones included.
pub async fn is_empty(connection: &impl ConnectionTrait) -> Result<bool> {
    let category = category::Entity::find().one(connection).await?;
    Ok(category.is_none() && product::Entity::find().one(connection).await?.is_none())
}

/// Writes the catalogue, unless there is a product or a category already.
pub async fn fill(database: &Database, catalogue: Catalogue) -> Result<bool> {
    let transaction = database.begin_write().await?;
    // Of several processes that start at once, one fills.
    lock_tree(&transaction).await?;
    if !is_empty(&transaction).await? {
        return Ok(false);
    }
    let images = catalogue.images.into_iter().map(image_row).collect::<Result<Vec<_>>>()?;
    insert(&transaction, catalogue.categories.iter().map(row::category_row)).await?;
    for category in &catalogue.categories {
        paths::add(&transaction, category.id, category.parent).await?;
    }
    insert(&transaction, images).await?;
    let products = &catalogue.products;
    insert(&transaction, products.iter().map(|seed| row::product_row(&seed.product))).await?;
    insert(
        &transaction,
        products.iter().map(|seed| stock::Model { product_id: seed.product.id, on_hand: seed.on_hand, reserved: 0 }),
    )
    .await?;
    insert(
        &transaction,
        products.iter().map(|seed| product_image::Model {
            product_id: seed.product.id,
            image_id: seed.image,
            position: 0,
        }),
    )
    .await?;
    let links = products.iter().flat_map(|seed| {
        let product_id = seed.product.id;
        seed.categories.iter().map(move |category_id| product_category::Model { product_id, category_id: *category_id })
    });
    insert(&transaction, links).await?;
    for batch in products.chunks(FILED_AT_ONCE) {
        let ids: Vec<_> = batch.iter().map(|seed| seed.product.id).collect();
        filing::file(&transaction, &ids).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

fn image_row(seed: SeedImage) -> Result<image::Model> {
    Ok(image::Model {
        id: seed.id,
        file_name: seed.file_name,
        alt: seed.alt,
        content_type: ImageKind::Png.content_type().to_owned(),
        size: i64::try_from(seed.size).map_err(Failure::internal)?,
        width: Some(row::count(seed.dimensions.width)),
        height: Some(row::count(seed.dimensions.height)),
        frames: Some(row::count(seed.dimensions.frames)),
        upload_hash: None,
        upload_secret: None,
        upload_until: None,
        claimed_until: None,
        sent_digest: None,
        stored_at: Some(seed.created_at),
        created_at: seed.created_at,
    })
}

async fn insert<M, A>(connection: &impl ConnectionTrait, rows: impl IntoIterator<Item = M>) -> Result<()>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    let rows: Vec<A> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    A::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}
