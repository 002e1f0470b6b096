//! The kinds of ids that this domain hands out, and the one that it takes from another.

use kit::id::{Id, Kind};

/// Marks the id of a product.
pub enum ProductKind {}
/// Marks the id of a category.
pub enum CategoryKind {}
/// Marks the id of an image.
pub enum ImageKindMarker {}
/// Marks the id of an order, which another domain owns.
pub enum OrderKind {}

impl Kind for ProductKind {
    const PREFIX: &'static str = "prd";
}
impl Kind for CategoryKind {
    const PREFIX: &'static str = "cat";
}
impl Kind for ImageKindMarker {
    const PREFIX: &'static str = "img";
}
impl Kind for OrderKind {
    const PREFIX: &'static str = "ord";
}

/// `prd_…`
pub type ProductId = Id<ProductKind>;
/// `cat_…`
pub type CategoryId = Id<CategoryKind>;
/// `img_…`
pub type ImageId = Id<ImageKindMarker>;
/// `ord_…`
pub type OrderId = Id<OrderKind>;
