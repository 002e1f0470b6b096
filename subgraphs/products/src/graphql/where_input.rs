//! Filters and sorts of products, and what they mean to the repository.

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject};
use chrono::{DateTime, Utc};
use kit::{
    Failure, Result,
    filter::{IdFilter, TextFilter, TextTest, TimeFilter, TimeRange, each},
    given::Given,
    id::{Id, Kind},
    money::{CurrencyCode, Decimal, MoneyProblem},
    page::Direction,
    text::filter_key,
};

use crate::repository::{
    filter::{Comparison, Filter, Test},
    lists::{Listing, SortField},
};

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

/// Conditions on a price. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct PriceFilter {
    /// Exactly so much.
    eq: Option<Given<Decimal>>,
    /// So much or more.
    gte: Option<Given<Decimal>>,
    /// So much or less.
    lte: Option<Given<Decimal>>,
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
    filter.unwrap_or_default().collect(&mut tests).map_err(|failure| failure.below("where"))?;
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
        let id = self.id.map(IdFilter::ids).transpose().map_err(|failure| failure.below("id"))?;
        tests.extend(id.flatten().map(Test::Id));
        if let Some(title) = self.title {
            let title = title.test().map_err(|failure| failure.below("title"))?;
            text(title, tests, Test::TitleIn, Test::TitleContains);
        }
        if let Some(slug) = self.slug {
            let slug = slug.test().map_err(|failure| failure.below("slug"))?;
            text(slug, tests, Test::SlugIn, Test::SlugContains);
        }
        if let Some(price) = self.price {
            price.collect(tests).map_err(|failure| failure.below("price"))?;
        }
        if let Some(category) = self.category {
            category.collect(tests).map_err(|failure| failure.below("category"))?;
        }
        tests.extend(self.in_stock.map(Test::InStock));
        if let Some(time) = self.created_at {
            let range = time.range().map_err(|failure| failure.below("createdAt"))?;
            tests.extend(times(range, Test::CreatedAt));
        }
        if let Some(time) = self.updated_at {
            let range = time.range().map_err(|failure| failure.below("updatedAt"))?;
            tests.extend(times(range, Test::UpdatedAt));
        }
        Ok(())
    }
}

impl PriceFilter {
    fn collect(self, tests: &mut Vec<Test>) -> Result<()> {
        if let Some(code) = self.currency_code {
            let bad = |problem: MoneyProblem| Failure::bad_input(problem.to_string()).at([problem.field()]);
            tests.push(Test::Currency(code.to_currency().map_err(bad)?));
        }
        let bounds =
            [(Comparison::Eq, "eq", self.eq), (Comparison::Gte, "gte", self.gte), (Comparison::Lte, "lte", self.lte)];
        for (comparison, field, given) in bounds {
            let amount = given.map(Given::read).transpose();
            let amount = amount.map_err(|error| Failure::bad_input(error.to_string()).at([field]))?;
            tests.extend(amount.map(|amount| Test::Price(comparison, amount)));
        }
        Ok(())
    }
}

impl CategoryFilter {
    fn collect(self, tests: &mut Vec<Test>) -> Result<()> {
        let eq = self.eq.as_ref().map(parse).transpose().map_err(|failure| failure.below("eq"))?;
        tests.extend(eq.map(|id| Test::Category(vec![id])));
        tests.extend(self.one_of.map(|ids| each(&ids, parse).map(Test::Category)).transpose()?);
        let slug = self.slug.as_deref().map(filter_key).transpose().map_err(|failure| failure.below("slug"))?;
        tests.extend(slug.map(|slug| Test::CategorySlug(vec![slug])));
        Ok(())
    }
}

fn text(test: TextTest, tests: &mut Vec<Test>, one_of: fn(Vec<String>) -> Test, contains: fn(String) -> Test) {
    tests.extend(test.one_of.map(one_of));
    tests.extend(test.contains.map(contains));
}

fn times(range: TimeRange, test: fn(Comparison, DateTime<Utc>) -> Test) -> impl Iterator<Item = Test> {
    let TimeRange { gte, lte } = range;
    let bounds = [(Comparison::Gte, gte), (Comparison::Lte, lte)];
    bounds.into_iter().filter_map(move |(comparison, at)| Some(test(comparison, at?)))
}

fn parse<K: Kind>(id: &ID) -> Result<Id<K>> {
    Id::parse(id).map_err(|error| Failure::bad_input(error.to_string()))
}
