//! Images in the schema.

use async_graphql::{Context, ID, Object};

use super::shop;
use crate::domain;

/// A picture of a product.
pub struct Image(pub domain::Image);

/// A picture of a product.
#[Object]
impl Image {
    /// Its id (`img_…`), for `imageIds`.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Where it is served. Relative to the API's own address unless the shop has a public one. What is there never
    /// changes.
    async fn url(&self, context: &Context<'_>) -> String {
        shop(context).rules.url(&self.0.file_name)
    }

    /// What it shows, for those who cannot see it; may be empty.
    async fn alt(&self) -> &str {
        &self.0.alt
    }
}
