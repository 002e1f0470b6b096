//! Products in the schema.

use async_graphql::{Context, ID, Object};
use kit::time::Timestamp;
use kit::{Result, caller::RequiresScope, money::Money};

use super::{category::Category, image::Image, loaders};
use crate::domain;

/// A product, on sale or archived.
#[derive(Clone)]
pub struct Product(pub domain::Product);

/// A thing that is for sale, or once was.
#[Object]
impl Product {
    /// Its id (`prd_…`).
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Its title; no other product on sale has the same, whatever the case.
    async fn title(&self) -> &str {
        self.0.title.as_str()
    }

    /// Its readable address; no other product on sale has the same.
    async fn slug(&self) -> &str {
        self.0.slug.as_str()
    }

    /// What it is; may be empty.
    async fn description(&self) -> &str {
        self.0.description.as_str()
    }

    /// What one of it costs at this moment. Orders keep the price of their own moment.
    async fn price(&self) -> Money {
        self.0.price
    }

    /// The categories that it is in, by name.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn categories(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let categories = loaders(context).categories_of.load_one(self.0.id).await?;
        Ok(categories.unwrap_or_default().into_iter().map(Category).collect())
    }

    /// Its pictures, the most telling one first.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>> {
        let images = loaders(context).images_of.load_one(self.0.id).await?;
        Ok(images.unwrap_or_default().into_iter().map(Image).collect())
    }

    /// How many there are. Nothing of an archived product is available.
    async fn stock(&self, context: &Context<'_>) -> Result<Stock> {
        let stock = loaders(context).stock_of.load_one(self.0.id).await?.unwrap_or_default();
        Ok(Stock { stock, archived: self.0.archived_at.is_some() })
    }

    /// Whether it has been deleted: lists hide it, old orders still show it.
    async fn archived(&self) -> bool {
        self.0.archived_at.is_some()
    }

    /// When it was made.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at.into()
    }

    /// When it last changed; its stock does not count.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at.into()
    }

    /// Counts its changes from 1, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// How many of a product there are.
pub struct Stock {
    stock: domain::Stock,
    /// Whether the product can no longer be ordered.
    archived: bool,
}

/// How many of a product there are.
#[Object]
impl Stock {
    /// How many can be ordered at this moment.
    async fn available(&self) -> i32 {
        whole(self.stock.orderable(self.archived))
    }

    /// Whether at least one can be ordered at this moment.
    async fn in_stock(&self) -> bool {
        self.stock.orderable(self.archived) > 0
    }

    /// How many lie on the shelf, those that are reserved included. For those with the scope `catalog:write`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn on_hand(&self) -> Option<i32> {
        Some(whole(self.stock.on_hand))
    }

    /// How many are reserved for orders. For those with the scope `catalog:write`.
    #[graphql(guard = "RequiresScope(\"catalog:write\")", requires_scopes = "catalog:write")]
    async fn reserved(&self) -> Option<i32> {
        Some(whole(self.stock.reserved))
    }
}

fn whole(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
