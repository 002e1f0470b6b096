//! Lists of products, page by page: the whole shop, or one page for each of many categories in one statement.

use std::{collections::HashMap, sync::Arc};

use kit::{
    Database, Result,
    money::Money,
    page::{Direction, Keyset, Page, PageRequest},
};
use sea_orm::{ConnectionTrait, JoinType, QueryFilter, QuerySelect, Select, sea_query::Expr};

use super::{filter::Filter, products::on_sale, relations, row};
use crate::{
    domain::{CategoryId, Product},
    entity::{
        category_member,
        product::{Column, Entity, Model},
        product_category,
    },
};

/// What a list of products is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortField {
    /// The title, without regard to case.
    Title,
    /// The price's minor units.
    Price,
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

/// Which products, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Listing {
    /// Which of those on sale.
    pub filter: Arc<Filter>,
    /// By what they are sorted.
    pub sort: SortField,
    /// Up or down.
    pub direction: Direction,
}

/// A category as a list of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shelf {
    /// The category.
    pub category: CategoryId,
    /// Whether what stands below it counts.
    pub reach: Reach,
}

/// Which of the products of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Those that are in it.
    Direct,
    /// Those that are in it or below it.
    Deep,
}

/// Between which prices the products of a list cost, all in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    /// The lowest.
    pub min: Money,
    /// The highest.
    pub max: Money,
}

impl Listing {
    fn keyset(&self) -> Keyset<Entity> {
        let direction = self.direction;
        let keyset = Keyset::new(format!("{:?}:{direction:?}", self.sort));
        let keyset = match self.sort {
            SortField::Title => keyset.by(Column::TitleKey, direction, |row: &Model| row.title_key.clone()),
            SortField::Price => keyset.by(Column::PriceMinor, direction, |row: &Model| row.price_minor),
            SortField::CreatedAt => keyset.by(Column::CreatedAt, direction, |row: &Model| row.created_at),
            SortField::UpdatedAt => keyset.by(Column::UpdatedAt, direction, |row: &Model| row.updated_at),
        };
        keyset.by(Column::Id, direction, |row: &Model| row.id)
    }
}

/// One page of the shop.
pub async fn page(database: &Database, listing: &Listing, request: &PageRequest) -> Result<Page<Product>> {
    let backend = database.connection().get_database_backend();
    let select = on_sale().filter(listing.filter.condition(backend));
    listing.keyset().fetch(database, select, request).await?.try_map(row::product)
}

/// The same page of each category, in one statement.
pub async fn page_of_each(
    database: &Database,
    categories: &[CategoryId],
    reach: Reach,
    listing: &Listing,
    request: &PageRequest,
) -> Result<HashMap<CategoryId, Page<Product>>> {
    let (select, category) = of_shelves(reach);
    let select = select.filter(listing.filter.condition(database.connection().get_database_backend()));
    let pages = listing.keyset().fetch_each(database, select, category, categories, request).await?;
    pages.into_iter().map(|(category, page)| Ok((category, page.try_map(row::product)?))).collect()
}

/// The products on sale beside their categories, and the column that names the category.
pub(super) fn of_shelves(reach: Reach) -> (Select<Entity>, Expr) {
    match reach {
        Reach::Direct => (
            on_sale().join(JoinType::InnerJoin, relations::links_of_product()),
            Expr::col((product_category::Entity, product_category::Column::CategoryId)),
        ),
        Reach::Deep => (
            on_sale().join(JoinType::InnerJoin, relations::memberships_of_product()),
            Expr::col((category_member::Entity, category_member::Column::CategoryId)),
        ),
    }
}
