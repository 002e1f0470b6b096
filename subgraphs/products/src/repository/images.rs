//! Images: the permission to upload, the bytes' arrival, and which products show them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use kit::Result;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use super::{relations, row};
use crate::{
    domain::{Image, ImageId, ImageKind, ProductId},
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
    /// They are there.
    Stored,
    /// By a one-time URL whose secret has this digest, until that time.
    Upload {
        /// The secret's digest.
        hash: String,
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
}

/// Writes an image down; until it is stored nobody sees it.
pub async fn add(connection: &impl ConnectionTrait, new: NewImage) -> Result<Image> {
    let (upload_hash, upload_until, stored_at) = match new.arrival {
        Arrival::Stored => (None, None, Some(new.created_at)),
        Arrival::Upload { hash, until } => (Some(hash), Some(until), None),
    };
    let model = Model {
        id: new.id,
        file_name: new.file_name,
        alt: new.alt,
        content_type: new.kind.content_type().to_owned(),
        size: new.size,
        upload_hash,
        upload_until,
        stored_at,
        created_at: new.created_at,
    };
    Entity::insert(model.clone().into_active_model().reset_all()).exec_without_returning(connection).await?;
    Ok(row::image(model))
}

/// The upload that this secret permits at this time.
pub async fn open_upload(connection: &impl ConnectionTrait, hash: &str, now: DateTime<Utc>) -> Result<Option<Upload>> {
    let open = Entity::find().filter(Column::UploadHash.eq(hash)).filter(Column::UploadUntil.gt(now));
    let upload = |model: Model| Upload {
        id: model.id,
        file_name: model.file_name,
        alt: model.alt,
        content_type: model.content_type,
        size: model.size,
    };
    Ok(open.one(connection).await?.map(upload))
}

/// Uses the secret up. Of several who try, one gets `true`.
pub async fn take_up(connection: &impl ConnectionTrait, id: ImageId, hash: &str) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::UploadHash, Expr::val(Option::<String>::None))
        .filter(Column::Id.eq(id))
        .filter(Column::UploadHash.eq(hash));
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Gives the secret back after its bytes could not be kept.
pub async fn give_back(connection: &impl ConnectionTrait, id: ImageId, hash: &str) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::UploadHash, Expr::val(hash))
        .filter(Column::Id.eq(id))
        .filter(Column::StoredAt.is_null());
    update.exec(connection).await?;
    Ok(())
}

/// The bytes are kept: from now on the image may be seen.
pub async fn mark_stored(connection: &impl ConnectionTrait, id: ImageId, now: DateTime<Utc>) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::StoredAt, Expr::val(now)).filter(Column::Id.eq(id));
    update.exec(connection).await?;
    Ok(())
}

/// Forgets permissions that ended before `time` and were never used.
pub async fn forget_unused(connection: &impl ConnectionTrait, time: DateTime<Utc>) -> Result<()> {
    let unused = Entity::delete_many().filter(Column::StoredAt.is_null()).filter(Column::UploadUntil.lt(time));
    unused.exec(connection).await?;
    Ok(())
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
