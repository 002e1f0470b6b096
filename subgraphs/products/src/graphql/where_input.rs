//! Filters and sorts of products, and what they mean to the repository.

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject};
use chrono::{DateTime, Utc};
use kit::{
    Failure, Result,
    id::{Id, Kind},
    money::{CurrencyCode, Decimal},
    page::Direction,
    text::filter_key,
    time::Timestamp,
};

use crate::repository::{
    filter::{Comparison, Filter, Test},
    lists::{Listing, SortField},
};

/// How many values `in` may have.
const MAX_VALUES: usize = 100;

/// Which products. All conditions that are given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProductWhere {
    /// By id.
    id: Option<IdFilter>,
    /// By title, without regard to case.
    title: Option<TextFilter>,
    /// By slug, without regard to case.
    slug: Option<TextFilter>,
    /// By price.
    price: Option<PriceFilter>,
    /// By the categories that they are directly in.
    category: Option<CategoryFilter>,
    /// Whether at least one can be ordered at this moment.
    in_stock: Option<bool>,
    /// By the time at which they were made.
    created_at: Option<TimeFilter>,
    /// By the time of their last change.
    updated_at: Option<TimeFilter>,
}

/// Conditions on an id. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct IdFilter {
    /// Exactly this one.
    eq: Option<ID>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<ID>>,
}

/// Conditions on a text. All that are given must hold; none of them regards case. A text of more than 200 characters, or
/// with control characters, is `BAD_USER_INPUT`.
#[derive(Clone, Debug, InputObject)]
pub struct TextFilter {
    /// Exactly this one.
    eq: Option<String>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<String>>,
    /// This is somewhere in it.
    contains: Option<String>,
}

/// Conditions on a price. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct PriceFilter {
    /// Exactly so much.
    eq: Option<Decimal>,
    /// So much or more.
    gte: Option<Decimal>,
    /// So much or less.
    lte: Option<Decimal>,
    /// Only prices in this currency. Without it, amounts are compared as numbers, whatever their currency is.
    currency_code: Option<CurrencyCode>,
}

/// Conditions on the categories that a product is directly in. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct CategoryFilter {
    /// In the category with this id.
    eq: Option<ID>,
    /// In at least one of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<ID>>,
    /// In the category with this slug.
    slug: Option<String>,
}

/// Conditions on a time. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct TimeFilter {
    /// At this time or later.
    gte: Option<Timestamp>,
    /// At this time or earlier.
    lte: Option<Timestamp>,
}

/// By what products can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ProductSortField {
    /// The title, without regard to case.
    Title,
    /// The amount of the price, in its currency's smallest unit: narrow a shop of several currencies to one first.
    Price,
    /// When they were made.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
}

/// The order of a list of products; what is equal is sorted by id.
#[derive(Clone, Debug, InputObject)]
pub struct ProductSort {
    /// By what.
    field: ProductSortField,
    /// Up or down.
    #[graphql(default)]
    direction: Direction,
}

/// What the arguments mean. `BAD_USER_INPUT` for values that nothing can have.
pub fn listing(filter: Option<ProductWhere>, sort: Option<ProductSort>) -> Result<Listing> {
    let mut tests = Vec::new();
    filter.unwrap_or_default().collect(&mut tests)?;
    let (sort, direction) = sort.map_or((SortField::Title, Direction::Asc), |sort| (sort.field.into(), sort.direction));
    Ok(Listing { filter: Arc::new(Filter(tests)), sort, direction })
}

impl From<ProductSortField> for SortField {
    fn from(field: ProductSortField) -> Self {
        match field {
            ProductSortField::Title => Self::Title,
            ProductSortField::Price => Self::Price,
            ProductSortField::CreatedAt => Self::CreatedAt,
            ProductSortField::UpdatedAt => Self::UpdatedAt,
        }
    }
}

impl ProductWhere {
    fn collect(self, tests: &mut Vec<Test>) -> Result<()> {
        if let Some(id) = self.id {
            tests.extend(id.eq.map(|id| parse(&id).map(|id| Test::Id(vec![id]))).transpose()?);
            tests.extend(id.one_of.map(|ids| parse_all(&ids).map(Test::Id)).transpose()?);
        }
        if let Some(title) = self.title {
            title.collect(tests, Test::TitleIn, Test::TitleContains)?;
        }
        if let Some(slug) = self.slug {
            slug.collect(tests, Test::SlugIn, Test::SlugContains)?;
        }
        if let Some(price) = self.price {
            price.collect(tests)?;
        }
        if let Some(category) = self.category {
            tests.extend(category.eq.map(|id| parse(&id).map(|id| Test::Category(vec![id]))).transpose()?);
            tests.extend(category.one_of.map(|ids| parse_all(&ids).map(Test::Category)).transpose()?);
            let slug = category.slug.as_deref().map(filter_key).transpose()?;
            tests.extend(slug.map(|slug| Test::CategorySlug(vec![slug])));
        }
        tests.extend(self.in_stock.map(Test::InStock));
        if let Some(time) = self.created_at {
            tests.extend(time.tests(Test::CreatedAt));
        }
        if let Some(time) = self.updated_at {
            tests.extend(time.tests(Test::UpdatedAt));
        }
        Ok(())
    }
}

impl TextFilter {
    fn collect(
        self,
        tests: &mut Vec<Test>,
        one_of: fn(Vec<String>) -> Test,
        contains: fn(String) -> Test,
    ) -> Result<()> {
        let key = |text: Option<String>| text.as_deref().map(filter_key).transpose();
        tests.extend(key(self.eq)?.map(|text| one_of(vec![text])));
        if let Some(texts) = self.one_of {
            bounded(texts.len())?;
            tests.push(one_of(texts.iter().map(|text| filter_key(text)).collect::<Result<_>>()?));
        }
        tests.extend(key(self.contains)?.map(contains));
        Ok(())
    }
}

impl PriceFilter {
    fn collect(self, tests: &mut Vec<Test>) -> Result<()> {
        if let Some(code) = self.currency_code {
            let currency = code.to_currency().map_err(|problem| Failure::bad_input(problem.to_string()))?;
            tests.push(Test::Currency(currency));
        }
        let bounds = [(Comparison::Eq, self.eq), (Comparison::Gte, self.gte), (Comparison::Lte, self.lte)];
        tests.extend(bounds.into_iter().filter_map(|(comparison, amount)| Some(Test::Price(comparison, amount?))));
        Ok(())
    }
}

impl TimeFilter {
    fn tests(self, test: fn(Comparison, DateTime<Utc>) -> Test) -> impl Iterator<Item = Test> {
        let bounds = [(Comparison::Gte, self.gte), (Comparison::Lte, self.lte)];
        bounds.into_iter().filter_map(move |(comparison, at)| Some(test(comparison, at?.0)))
    }
}

fn parse<K: Kind>(id: &ID) -> Result<Id<K>> {
    Id::parse(id).map_err(|error| Failure::bad_input(error.to_string()))
}

fn parse_all<K: Kind>(ids: &[ID]) -> Result<Vec<Id<K>>> {
    bounded(ids.len())?;
    ids.iter().map(parse).collect()
}

fn bounded(values: usize) -> Result<()> {
    if values > MAX_VALUES {
        return Err(Failure::bad_input(format!("A filter has at most {MAX_VALUES} values.")));
    }
    Ok(())
}
