//! Categories in the schema.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use kit::time::Timestamp;
use kit::{Result, page::PageArgs};

use super::{
    connection::ProductConnection,
    loaders,
    where_input::{self, ProductSort, ProductWhere, listing, page_request},
};
use crate::{
    domain,
    loader::PageKey,
    repository::lists::{Reach, Shelf},
};

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

    /// The categories above it, from the root downwards: the crumbs of a page. Empty for a root.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn ancestors(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let ancestors = loaders(context).ancestors.load_one(self.0.id).await?;
        Ok(ancestors.unwrap_or_default().into_iter().map(Category).collect())
    }

    /// The categories directly below it, by name.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn children(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let children = loaders(context).children.load_one(self.0.id).await?;
        Ok(children.unwrap_or_default().into_iter().map(Category).collect())
    }

    /// The products on sale that are in it and, with `deep`, those in the categories below it. By title unless sorted
    /// otherwise. Errors: `BAD_USER_INPUT` for a bad cursor or argument, `PAGE_TOO_DEEP`.
    #[allow(clippy::too_many_arguments)]
    #[graphql(complexity = "where_input::complexity(first, last, filter.as_ref(), child_complexity)")]
    async fn products(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "How many from the front, from 0 to 100. Unless said, 10, or as many as `where.id.in` has ids."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, from 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The number of the page, from 1 to 1000; with `first` only.")] page: Option<i32>,
        #[graphql(name = "where", desc = "Which products; all unless said.")] filter: Option<ProductWhere>,
        #[graphql(desc = "In which order.")] sort: Option<ProductSort>,
        #[graphql(desc = "Whether what is in the categories below it counts.", default = false)] deep: bool,
    ) -> Result<ProductConnection> {
        let request = page_request(PageArgs { first, after, last, before, page }, filter.as_ref())?;
        let listing = Arc::new(listing(filter, sort)?);
        let whose = Shelf { category: self.0.id, reach: if deep { Reach::Deep } else { Reach::Direct } };
        let key = PageKey { whose, listing: listing.clone(), request };
        let page = loaders(context).pages.load_one(key).await?;
        let page = page.ok_or_else(|| kit::Failure::internal("a category's page is missing"))?;
        Ok(ProductConnection::new(page, Some(whose), &listing.filter))
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
