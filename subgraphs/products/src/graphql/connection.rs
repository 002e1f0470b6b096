//! Lists of products in the schema.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use kit::{
    Result,
    money::Money,
    page::{Edge, Page, PageInfo},
};

use super::{loaders, product::Product};
use crate::{
    domain,
    loader::PriceKey,
    repository::{
        filter::Filter,
        lists::{PriceRange as Range, Shelf},
    },
};

/// A page of products, and which list it is a page of.
pub struct ProductConnection {
    page: Page<Product>,
    prices: PriceKey,
}

impl ProductConnection {
    /// A page of what `filter` leaves of the whole shop, or of a shelf.
    pub fn new(page: Page<domain::Product>, whose: Option<Shelf>, filter: &Filter) -> Self {
        let prices = PriceKey { whose, filter: Arc::new(filter.without_amounts()) };
        Self { page: page.map(Product), prices }
    }
}

/// A page of products.
#[Object]
impl ProductConnection {
    /// The items of the page.
    async fn nodes(&self) -> &[Product] {
        self.page.rows()
    }

    /// The items of the page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<'_, Product>> {
        self.page.edges()
    }

    /// Where the page is in its list.
    async fn page_info(&self) -> PageInfo {
        self.page.info()
    }

    /// How many items the whole list has, all pages together. Counted only when asked for.
    async fn total_count(&self) -> Result<i32> {
        self.page.total().await
    }

    /// The lowest and the highest price of the whole list, as if its filter named no amounts: the ends of a price slider,
    /// which stay where they are while it is moved. Null when nothing matches, and when there are prices in several
    /// currencies: then narrow the list by `price.currencyCode`. Looked up only when asked for.
    async fn price_range(&self, context: &Context<'_>) -> Result<Option<PriceRange>> {
        let range = loaders(context).prices.load_one(self.prices.clone()).await?;
        Ok(range.map(|Range { min, max }| PriceRange { min, max }))
    }
}

/// The lowest and the highest of some prices, both in the same currency.
#[derive(SimpleObject)]
pub struct PriceRange {
    /// The lowest.
    min: Money,
    /// The highest.
    max: Money,
}
