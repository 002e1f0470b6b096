//! Lists of products in the schema.

use kit::page::Connection;

use super::product::Product;

/// A page of products.
pub type ProductConnection = Connection<Product>;
