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
