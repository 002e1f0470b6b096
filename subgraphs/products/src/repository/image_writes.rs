//! Commands on images that are there: what they show in words, and that they go.

use chrono::{DateTime, Utc};
use kit::{Clock, Database, Failure, Result};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait as _,
    sea_query::{Expr, SelectStatement},
};

use super::{Outcome, is_foreign_key, row};
use crate::{
    domain::{Image, ImageId, ProductId},
    entity::{
        image::{Column, Entity},
        product, product_image,
    },
};

/// How often deleting is begun again because a product came to show the image in that moment.
const ATTEMPTS: usize = 8;

/// There is no such image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFound;

/// Says in other words what an image shows.
pub async fn update_alt(database: &Database, id: ImageId, alt: &str) -> Outcome<Image, NotFound> {
    let transaction = database.begin_write().await?;
    let update = Entity::update_many().col_expr(Column::Alt, Expr::val(alt)).filter(Column::Id.eq(id));
    update.exec(&transaction).await?;
    let image = Entity::find_by_id(id).one(&transaction).await?;
    transaction.commit().await?;
    Ok(image.map(row::image).ok_or(NotFound))
}

/// Deletes an image, and takes it from all products that show it, whose versions count up.
pub async fn delete(database: &Database, clock: &Clock, id: ImageId) -> Outcome<Image, NotFound> {
    for _ in 0..ATTEMPTS {
        if let Some(done) = try_delete(database, clock.now(), id).await? {
            return Ok(done);
        }
    }
    Err(Failure::internal("products show an image anew whenever it is to be deleted"))
}

/// `None` if a product has come to show it meanwhile.
async fn try_delete(database: &Database, now: DateTime<Utc>, id: ImageId) -> Result<Option<Result<Image, NotFound>>> {
    let transaction = database.begin_write().await?;
    let Some(image) = Entity::find_by_id(id).one(&transaction).await? else { return Ok(Some(Err(NotFound))) };
    lock_products(&transaction, id).await?;
    let touch = product::Entity::update_many()
        .col_expr(product::Column::Version, Expr::col(product::Column::Version).add(1))
        .col_expr(product::Column::UpdatedAt, Expr::val(now))
        .filter(product::Column::Id.in_subquery(showing(id)));
    touch.exec(&transaction).await?;
    let links = product_image::Entity::delete_many().filter(product_image::Column::ImageId.eq(id));
    links.exec(&transaction).await?;
    match Entity::delete_by_id(id).exec(&transaction).await {
        Ok(_) => {}
        Err(error) if is_foreign_key(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    transaction.commit().await?;
    Ok(Some(Ok(row::image(image))))
}

/// Locks the products that show an image, one after the other in the order of their ids, so that two who delete images of the
/// same products do not wait for each other. Products come before images, as where a product is changed.
async fn lock_products(transaction: &impl ConnectionTrait, image: ImageId) -> Result<()> {
    let products = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::Column::Id.in_subquery(showing(image)))
        .order_by_asc(product::Column::Id)
        .lock_exclusive();
    let _locked: Vec<ProductId> = products.into_tuple().all(transaction).await?;
    Ok(())
}

/// The ids of the products that show an image.
fn showing(image: ImageId) -> SelectStatement {
    product_image::Entity::find()
        .select_only()
        .column(product_image::Column::ProductId)
        .filter(product_image::Column::ImageId.eq(image))
        .into_query()
}
