//! Categories in the schema.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use kit::time::Timestamp;
use kit::{Result, page::PageArgs};

use super::{
    connection::ProductConnection,
    loaders,
    product::Product,
    where_input::{ProductSort, ProductWhere, listing},
};
use crate::{domain, loader::PageKey};

/// A category.
pub struct Category(pub domain::Category);

/// A shelf of the shop. Categories form trees, at most six levels deep.
#[Object]
impl Category {
    /// Its id (`cat_…`).
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Its name; no other category at the same place has the same, whatever the case.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// Its readable address; no other category has the same.
    async fn slug(&self) -> &str {
        self.0.slug.as_str()
    }

    /// What it is about; may be empty.
    async fn description(&self) -> &str {
        self.0.description.as_str()
    }

    /// The category that it stands below; null for a root.
    async fn parent(&self, context: &Context<'_>) -> Result<Option<Category>> {
        let Some(parent) = self.0.parent else { return Ok(None) };
        Ok(loaders(context).categories.load_one(parent).await?.map(Category))
    }

    /// The categories directly below it, by name.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn children(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let children = loaders(context).children.load_one(self.0.id).await?;
        Ok(children.unwrap_or_default().into_iter().map(Category).collect())
    }

    /// The products on sale that are in it; those of the categories below it only if they are in this one too. By
    /// title unless sorted otherwise. Errors: `BAD_USER_INPUT` for a bad cursor or argument, `PAGE_TOO_DEEP`.
    #[allow(clippy::too_many_arguments)]
    #[graphql(complexity = "kit::page::connection_complexity(first, last, child_complexity)")]
    async fn products(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many from the front, from 0 to 100; 10 unless said.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1000; with `first` only.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which products; all unless said.")] filter: Option<ProductWhere>,
        #[graphql(desc = "In which order.")] sort: Option<ProductSort>,
    ) -> Result<ProductConnection> {
        let request = PageArgs { first, after, last, before, page }.check()?;
        let listing = Arc::new(listing(filter, sort)?);
        let key = PageKey { category: self.0.id, listing, request };
        let page = loaders(context).pages.load_one(key).await?;
        let page = page.ok_or_else(|| kit::Failure::internal("a category's page is missing"))?;
        Ok(page.map(Product).into())
    }

    /// When it was made.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at.into()
    }

    /// When it last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at.into()
    }

    /// Counts its changes from 1, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
