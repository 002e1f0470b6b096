//! Images: the permission to upload, the bytes' arrival, and which products show them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kit::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait as _, Select, UpdateMany, sea_query::Expr,
};

use super::{relations, row};
use crate::{
    domain::{Dimensions, Image, ImageId, ImageKind, ProductId},
    entity::{
        image::{Column, Entity, Model},
        product_image,
    },
};

/// An image to be.
#[derive(Clone, Debug)]
pub struct NewImage {
    /// Its id.
    pub id: ImageId,
    /// The random name under which it will be served.
    pub file_name: String,
    /// What it shows.
    pub alt: String,
    /// What it will be.
    pub kind: ImageKind,
    /// How many bytes it has, or is announced to have.
    pub size: i64,
    /// When this was asked for.
    pub created_at: DateTime<Utc>,
    /// How its bytes come.
    pub arrival: Arrival,
}

/// How an image's bytes come.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// In a form that has come. What is not stored by that time never will be.
    Form {
        /// The end of the attempt.
        until: DateTime<Utc>,
    },
    /// By a one-time URL whose secret has this digest, until that time.
    Upload {
        /// The secret's digest.
        hash: String,
        /// The secret itself, for those who ask for this permission again. It is good for the bytes of this image, for some
        /// minutes.
        secret: Option<String>,
        /// The end of the permission.
        until: DateTime<Utc>,
    },
}

/// A permission that was taken up.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The image whose bytes come.
    pub id: ImageId,
    /// The name under which it will be served.
    pub file_name: String,
    /// What it shows.
    pub alt: String,
    /// What it has to be.
    pub content_type: String,
    /// How many bytes were announced.
    pub size: i64,
    /// The digest of the bytes that came, once they are kept.
    pub sent: Option<String>,
}

/// What is kept of an image.
#[derive(Clone, Debug)]
pub struct Stored {
    /// How many bytes it has.
    pub size: i64,
    /// How large it is.
    pub dimensions: Dimensions,
    /// The digest of the bytes that came, where they may come again.
    pub sent: Option<String>,
}

/// Writes an image down; until it is stored nobody sees it.
pub async fn add(connection: &impl ConnectionTrait, new: NewImage) -> Result<Image> {
    let (upload_hash, upload_secret, upload_until) = match new.arrival {
        Arrival::Form { until } => (None, None, until),
        Arrival::Upload { hash, secret, until } => (Some(hash), secret, until),
    };
    let model = Model {
        id: new.id,
        file_name: new.file_name,
        alt: new.alt,
        content_type: new.kind.content_type().to_owned(),
        size: new.size,
        width: None,
        height: None,
        frames: None,
        upload_hash,
        upload_secret,
        upload_until: Some(upload_until),
        claimed_until: None,
        sent_digest: None,
        stored_at: None,
        created_at: new.created_at,
    };
    Entity::insert(model.clone().into_active_model().reset_all()).exec_without_returning(connection).await?;
    Ok(row::image(model))
}

/// The upload that this secret permits at this time, whether or not it was made already.
pub async fn open_upload(connection: &impl ConnectionTrait, hash: &str, now: DateTime<Utc>) -> Result<Option<Upload>> {
    let open = Entity::find().filter(Column::UploadHash.eq(hash)).filter(Column::UploadUntil.gt(now));
    let upload = |model: Model| Upload {
        id: model.id,
        file_name: model.file_name,
        alt: model.alt,
        content_type: model.content_type,
        size: model.size,
        sent: model.sent_digest.filter(|_| model.stored_at.is_some()),
    };
    Ok(open.one(connection).await?.map(upload))
}

/// Reserves the upload for one sender until a time. Of several who try, one gets `true`; who gets it and then comes to
/// grief holds the others up no longer than that.
pub async fn claim(
    connection: &impl ConnectionTrait,
    id: ImageId,
    hash: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let is_free = Condition::any().add(Column::ClaimedUntil.is_null()).add(Column::ClaimedUntil.lte(now));
    let update = Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::val(until))
        .filter(Column::Id.eq(id))
        .filter(Column::UploadHash.eq(hash))
        .filter(Column::StoredAt.is_null())
        .filter(is_free);
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Lets others try after the bytes could not be kept.
pub async fn release(connection: &impl ConnectionTrait, id: ImageId) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(id))
        .filter(Column::StoredAt.is_null());
    update.exec(connection).await?;
    Ok(())
}

/// All bytes are kept: from now on the image may be seen. `false` if somebody else was first, or the row is gone.
pub async fn mark_stored(
    connection: &impl ConnectionTrait,
    id: ImageId,
    stored: &Stored,
    now: DateTime<Utc>,
) -> Result<bool> {
    let update = with_dimensions(Entity::update_many(), stored.dimensions)
        .col_expr(Column::StoredAt, Expr::val(now))
        .col_expr(Column::Size, Expr::val(stored.size))
        .col_expr(Column::SentDigest, Expr::val(stored.sent.clone()))
        // The secret stays, for a sender who did not hear of it. A program that does not know that it is used must not take
        // it up again.
        .col_expr(Column::ClaimedUntil, Expr::col(Column::UploadUntil))
        .filter(Column::Id.eq(id))
        .filter(Column::StoredAt.is_null());
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Writes down how large an image is that was stored without it.
pub async fn set_dimensions(connection: &impl ConnectionTrait, id: ImageId, dimensions: Dimensions) -> Result<()> {
    with_dimensions(Entity::update_many(), dimensions).filter(Column::Id.eq(id)).exec(connection).await?;
    Ok(())
}

fn with_dimensions(update: UpdateMany<Entity>, dimensions: Dimensions) -> UpdateMany<Entity> {
    let Dimensions { width, height, frames } = dimensions;
    let columns = [(Column::Width, width), (Column::Height, height), (Column::Frames, frames)];
    columns.into_iter().fold(update, |update, (column, value)| update.col_expr(column, Expr::val(row::count(value))))
}

/// The image that is stored under one of these names, of which one can be in use.
pub async fn stored_as(connection: &impl ConnectionTrait, file_names: &[String]) -> Result<Option<Image>> {
    let stored = Entity::find().filter(Column::FileName.is_in(file_names)).filter(Column::StoredAt.is_not_null());
    Ok(stored.one(connection).await?.map(row::image))
}

/// Whether an image is stored under this name.
pub async fn is_stored(connection: &impl ConnectionTrait, file_name: &str) -> Result<bool> {
    let stored = Entity::find().filter(Column::FileName.eq(file_name)).filter(Column::StoredAt.is_not_null());
    Ok(stored.one(connection).await?.is_some())
}

/// At most `limit` images that were never stored and whose permission ended before `time`, with their file names.
pub async fn unused(
    connection: &impl ConnectionTrait,
    time: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<(ImageId, String)>> {
    let unused = Entity::find().filter(Column::StoredAt.is_null()).filter(Column::UploadUntil.lt(time));
    Ok(names(unused).order_by_asc(Column::UploadUntil).limit(limit).into_tuple().all(connection).await?)
}

/// Deletes those of `ids` that were never stored.
pub async fn delete_unused(connection: &impl ConnectionTrait, ids: &[ImageId]) -> Result<u64> {
    let unused = Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).filter(Column::StoredAt.is_null());
    Ok(unused.exec(connection).await?.rows_affected)
}

/// Deletes those of `ids` that no product shows.
pub async fn delete_unshown(connection: &impl ConnectionTrait, ids: &[ImageId]) -> Result<u64> {
    let shown = product_image::Entity::find().select_only().column(product_image::Column::ImageId).into_query();
    let unshown =
        Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).filter(Column::Id.not_in_subquery(shown));
    Ok(unshown.exec(connection).await?.rows_affected)
}

/// At most `limit` stored images behind the id `after`, by id, with their file names.
pub async fn page_of_stored(
    connection: &impl ConnectionTrait,
    after: Option<ImageId>,
    limit: u64,
) -> Result<Vec<(ImageId, String)>> {
    let mut page = Entity::find().filter(Column::StoredAt.is_not_null());
    if let Some(after) = after {
        page = page.filter(Column::Id.gt(after));
    }
    Ok(names(page).order_by_asc(Column::Id).limit(limit).into_tuple().all(connection).await?)
}

/// Which of `file_names` belong to an image, stored or not.
pub async fn known_files(connection: &impl ConnectionTrait, file_names: &[String]) -> Result<HashSet<String>> {
    let known: Vec<String> = Entity::find()
        .select_only()
        .column(Column::FileName)
        .filter(Column::FileName.is_in(file_names))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(known.into_iter().collect())
}

fn names(images: Select<Entity>) -> Select<Entity> {
    images.select_only().column(Column::Id).column(Column::FileName)
}

/// Which of `ids` may be shown.
pub async fn stored(connection: &impl ConnectionTrait, ids: &[ImageId]) -> Result<HashSet<ImageId>> {
    let known: Vec<ImageId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::StoredAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(known.into_iter().collect())
}

/// The images of each of `products`, in their order.
pub async fn of_products(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Vec<Image>>> {
    let rows = product_image::Entity::find()
        .join(JoinType::InnerJoin, relations::links_of_image().rev())
        .select_also(Entity)
        .filter(product_image::Column::ProductId.is_in(products.iter().copied()))
        .filter(Column::StoredAt.is_not_null())
        .order_by_asc(product_image::Column::Position)
        .all(connection)
        .await?;
    let mut images: HashMap<_, Vec<_>> = HashMap::new();
    for (link, image) in rows {
        if let Some(image) = image {
            images.entry(link.product_id).or_default().push(row::image(image));
        }
    }
    Ok(images)
}
