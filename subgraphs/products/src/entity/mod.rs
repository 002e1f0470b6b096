//! Rows, as the database keeps them. Only [`repository`](crate::repository) sees them.

pub(crate) mod category;
pub(crate) mod category_tree;
pub(crate) mod image;
pub(crate) mod product;
pub(crate) mod product_category;
pub(crate) mod product_image;
pub(crate) mod reservation;
pub(crate) mod reservation_line;
pub(crate) mod stock;

use kit::database::Tables;

/// The tables that this program needs.
pub(crate) fn tables() -> Tables {
    Tables::new()
        .entity::<category::Entity>()
        .entity::<category_tree::Entity>()
        .entity::<image::Entity>()
        .entity::<product::Entity>()
        .entity::<product_category::Entity>()
        .entity::<product_image::Entity>()
        .entity::<reservation::Entity>()
        .entity::<reservation_line::Entity>()
        .entity::<stock::Entity>()
        .idempotency()
        .jobs()
}
