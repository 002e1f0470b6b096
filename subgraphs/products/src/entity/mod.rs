//! Rows, as the database keeps them. Only [`repository`](crate::repository) sees them.

pub(crate) mod category;
pub(crate) mod category_member;
pub(crate) mod category_path;
pub(crate) mod category_tree;
pub(crate) mod former_category_slug;
pub(crate) mod former_product_slug;
pub(crate) mod image;
pub(crate) mod product;
pub(crate) mod product_category;
pub(crate) mod product_image;
pub(crate) mod reservation;
pub(crate) mod reservation_line;
pub(crate) mod search_document;
pub(crate) mod stock;

use kit::database::Tables;

/// The tables that this program needs.
pub(crate) fn tables() -> Tables {
    Tables::new()
        .entity::<category::Entity>()
        .entity::<category_member::Entity>()
        .entity::<category_path::Entity>()
        .entity::<category_tree::Entity>()
        .entity::<former_category_slug::Entity>()
        .entity::<former_product_slug::Entity>()
        .entity::<image::Entity>()
        .entity::<product::Entity>()
        .entity::<product_category::Entity>()
        .entity::<product_image::Entity>()
        .entity::<reservation::Entity>()
        .entity::<reservation_line::Entity>()
        .entity::<stock::Entity>()
        .table("search_documents", &["number", "product_id", "title", "rest"])
        .idempotency()
        .jobs()
}
