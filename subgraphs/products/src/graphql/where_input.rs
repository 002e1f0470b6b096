//! Filters and sorts of products, and what they mean to the repository.

use std::{collections::HashSet, sync::Arc};

use async_graphql::{Enum, ID, InputObject};
use chrono::{DateTime, Utc};
use kit::{
    Failure, Result,
    filter::{IdFilter, MAX_VALUES, TextFilter, TextTest, TimeFilter, TimeRange, each},
    given::Given,
    id::{Id, Kind},
    money::{CurrencyCode, Decimal, MoneyProblem},
    page::{Direction, PageArgs, PageRequest, connection_complexity},
    text::filter_key,
};

use crate::{
    domain::search::Terms,
    repository::{
        filter::{Comparison, Filter, Test},
        lists::{Listing, SortField},
        search::Ranking,
    },
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
    /// By the categories that they are in.
    category: Option<CategoryFilter>,
    /// Whether at least one can be ordered at this moment.
    in_stock: Option<bool>,
    /// By words: all of them, in any order, must be in the title, the description or the names of the categories that it
    /// is in or below. Neither case nor accents count; of the last word its beginning is enough, from two letters on. Nothing
    /// typed is no condition; what has no letters or digits matches nothing. More than 200 characters, and control
    /// characters, are `BAD_USER_INPUT`.
    search: Option<String>,
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

/// Conditions on the categories that a product is in: directly, unless they say otherwise. All that are given must hold.
#[derive(Clone, Debug, InputObject)]
pub struct CategoryFilter {
    /// In the category with this id.
    eq: Option<ID>,
    /// In at least one of these, at most 100.
    #[graphql(name = "in")]
    one_of: Option<Vec<ID>>,
    /// In the category with this slug.
    slug: Option<String>,
    /// In the category with this id, or in one below it.
    under: Option<ID>,
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
    /// How well they match `search`: first those that have all its words in their titles, then the others, the newest
    /// first within each, whatever the direction. It goes with `search`, and with `products` alone: for a category, use
    /// `where.category`. Anywhere else it is `BAD_USER_INPUT`.
    Relevance,
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

/// Which page is asked for. Whoever names the products wants all of them, unless told otherwise.
pub fn page_request(args: PageArgs, filter: Option<&ProductWhere>) -> Result<PageRequest> {
    let named = if args.first.or(args.last).is_none() { filter.and_then(ProductWhere::named) } else { None };
    PageArgs { first: args.first.or(named), ..args }.check()
}

/// The complexity of a list of products: what is selected below it, for each that is asked for.
pub fn complexity(first: Option<i32>, last: Option<i32>, filter: Option<&ProductWhere>, below: usize) -> usize {
    let named = if first.or(last).is_none() { filter.and_then(ProductWhere::named) } else { None };
    connection_complexity(first.or(named), last, below)
}

/// A list in one of its orders, or by how well it matches.
pub enum Asked {
    /// Sorted.
    Sorted(Listing),
    /// The best matches first.
    Ranked(Ranking),
}

/// What the arguments of `products` mean: the best matches first, where something is searched for and no other order is
/// asked for. `BAD_USER_INPUT` for values that nothing can have.
pub fn asked(filter: Option<ProductWhere>, sort: Option<ProductSort>) -> Result<Asked> {
    let mut filter = filter.unwrap_or_default();
    if sort.as_ref().is_some_and(|sort| sort.field != ProductSortField::Relevance) {
        return sorted(filter, sort).map(Asked::Sorted);
    }
    match terms(filter.search.take().as_deref()).map_err(|failure| failure.below("where"))? {
        Some(terms) => Ok(Asked::Ranked(Ranking { terms, filter: filter.tests()? })),
        None => sorted(filter, sort).map(Asked::Sorted),
    }
}

/// What the arguments of a category's list mean. `BAD_USER_INPUT` for values that nothing can have, and for an order that
/// it does not have.
pub fn listing(filter: Option<ProductWhere>, sort: Option<ProductSort>) -> Result<Listing> {
    sorted(filter.unwrap_or_default(), sort)
}

fn sorted(filter: ProductWhere, sort: Option<ProductSort>) -> Result<Listing> {
    let (field, direction) = sort.map_or((ProductSortField::Title, Direction::Asc), |it| (it.field, it.direction));
    let sort = match field {
        ProductSortField::Title => SortField::Title,
        ProductSortField::Price => SortField::Price,
        ProductSortField::CreatedAt => SortField::CreatedAt,
        ProductSortField::UpdatedAt => SortField::UpdatedAt,
        ProductSortField::Relevance => {
            let message = "The order by relevance goes with \"products\" and something to search for.";
            return Err(Failure::bad_input(message).at(["sort", "field"]));
        }
    };
    Ok(Listing { filter: Arc::new(filter.tests()?), sort, direction })
}

impl ProductWhere {
    /// How many products are named by their ids.
    fn named(&self) -> Option<i32> {
        let ids = self.id.as_ref()?.one_of.as_ref()?;
        let distinct: HashSet<&str> = ids.iter().map(|id| id.as_str()).collect();
        // More than may be named at once are refused anyway.
        i32::try_from(distinct.len().min(MAX_VALUES)).ok()
    }

    fn tests(self) -> Result<Filter> {
        let mut tests = Vec::new();
        self.collect(&mut tests).map_err(|failure| failure.below("where"))?;
        Ok(Filter(tests))
    }

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
        tests.extend(terms(self.search.as_deref())?.map(Test::Words));
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
        let under = self.under.as_ref().map(parse).transpose().map_err(|failure| failure.below("under"))?;
        tests.extend(under.map(Test::Under));
        let slug = self.slug.as_deref().map(filter_key).transpose().map_err(|failure| failure.below("slug"))?;
        tests.extend(slug.map(|slug| Test::CategorySlug(vec![slug])));
        Ok(())
    }
}

/// What is searched for; none where nothing was typed.
fn terms(search: Option<&str>) -> Result<Option<Terms>> {
    let terms = search.map(Terms::parse).transpose();
    terms.map(Option::flatten).map_err(|failure| failure.below("search"))
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
