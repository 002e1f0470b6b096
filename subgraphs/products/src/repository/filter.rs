//! What a list of products may be narrowed by, as data and as SQL.

use chrono::{DateTime, Utc};
use kit::money::{Currency, Decimal};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, ExprTrait,
    sea_query::{Expr, LikeExpr, Query, SelectStatement},
};

use super::search;
use crate::{
    domain::{CategoryId, ProductId, search::Terms},
    entity::{category, category_member, product::Column, product_category, stock},
};

/// Every condition must hold; none is the whole shop. Hashable, so that it can be part of a loader's key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter(pub Vec<Test>);

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// One of these products.
    Id(Vec<ProductId>),
    /// One of these titles, as [`crate::domain::Title::key`] compares them.
    TitleIn(Vec<String>),
    /// This is somewhere in the title, in any case.
    TitleContains(String),
    /// One of these slugs, in lower case.
    SlugIn(Vec<String>),
    /// This is somewhere in the slug, in lower case.
    SlugContains(String),
    /// The price compares so with this amount.
    Price(Comparison, Decimal),
    /// The price is in this currency.
    Currency(Currency),
    /// In one of these categories.
    Category(Vec<CategoryId>),
    /// In this category or below it.
    Under(CategoryId),
    /// In a category at one of these addresses.
    CategorySlug(Vec<String>),
    /// Whether one can be had.
    InStock(bool),
    /// All these words are somewhere in it.
    Words(Terms),
    /// Made from, or until, this moment.
    CreatedAt(Comparison, DateTime<Utc>),
    /// Last changed from, or until, this moment.
    UpdatedAt(Comparison, DateTime<Utc>),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Greater or equal.
    Gte,
    /// Less or equal.
    Lte,
}

impl Filter {
    /// The same but for what it says of amounts; which currency they are in still counts.
    #[must_use]
    pub fn without_amounts(&self) -> Self {
        Self(self.0.iter().filter(|test| !matches!(test, Test::Price(..))).cloned().collect())
    }

    /// As SQL of this database.
    pub(super) fn condition(&self, backend: DbBackend) -> Condition {
        self.0.iter().fold(Condition::all(), |all, test| all.add(test.expr(backend)))
    }
}

impl Test {
    fn expr(&self, backend: DbBackend) -> Expr {
        match self {
            Self::Id(ids) => Column::Id.is_in(ids.iter().copied()),
            Self::TitleIn(keys) => Column::TitleKey.is_in(keys),
            Self::TitleContains(text) => contains(Column::TitleKey, text),
            Self::SlugIn(slugs) => Column::Slug.is_in(slugs),
            Self::SlugContains(text) => contains(Column::Slug, text),
            Self::Price(comparison, amount) => price(*comparison, *amount),
            Self::Currency(currency) => Column::Currency.eq(currency.code()),
            Self::Category(ids) => Column::Id
                .in_subquery(links().and_where(product_category::Column::CategoryId.is_in(ids.iter().copied())).take()),
            Self::Under(id) => {
                let members = Query::select()
                    .column(category_member::Column::ProductId)
                    .from(category_member::Entity)
                    .and_where(category_member::Column::CategoryId.eq(*id))
                    .take();
                Column::Id.in_subquery(members)
            }
            Self::CategorySlug(slugs) => {
                let categories = Query::select()
                    .column(category::Column::Id)
                    .from(category::Entity)
                    .and_where(category::Column::Slug.is_in(slugs))
                    .take();
                Column::Id
                    .in_subquery(links().and_where(product_category::Column::CategoryId.in_subquery(categories)).take())
            }
            Self::InStock(wanted) => {
                let there = Query::select()
                    .column(stock::Column::ProductId)
                    .from(stock::Entity)
                    .and_where(Expr::col(stock::Column::OnHand).gt(Expr::col(stock::Column::Reserved)))
                    .take();
                if *wanted { Column::Id.in_subquery(there) } else { Column::Id.not_in_subquery(there) }
            }
            Self::Words(terms) => Column::Id.in_subquery(search::matches(backend, terms)),
            Self::CreatedAt(comparison, at) => compare(Column::CreatedAt, *comparison, *at),
            Self::UpdatedAt(comparison, at) => compare(Column::UpdatedAt, *comparison, *at),
        }
    }
}

/// The products that are linked to a category.
fn links() -> SelectStatement {
    Query::select().column(product_category::Column::ProductId).from(product_category::Entity).take()
}

fn contains(column: Column, text: &str) -> Expr {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    column.like(LikeExpr::new(pattern).escape('\\'))
}

fn compare(column: Column, comparison: Comparison, value: impl Into<sea_orm::Value>) -> Expr {
    match comparison {
        Comparison::Eq => column.eq(value),
        Comparison::Gte => column.gte(value),
        Comparison::Lte => column.lte(value),
    }
}

/// Amounts are compared as numbers, whatever their currency's digits are: no currency has more than four.
fn price(comparison: Comparison, amount: Decimal) -> Expr {
    let mut any = Condition::any();
    for digits in 0..=4_u8 {
        if let Some(minor) = bound(comparison, amount, digits) {
            let same_digits = Column::PriceDigits.eq(i16::from(digits));
            any = any.add(same_digits.and(compare(Column::PriceMinor, comparison, minor)));
        }
    }
    any.into()
}

/// `amount` in units of so many digits: rounded inwards, or none where nothing can be equal to it.
fn bound(comparison: Comparison, amount: Decimal, digits: u8) -> Option<i64> {
    if let Some(more) = digits.checked_sub(amount.scale()) {
        // What is too large to be written so is larger than every price, too.
        let edge = if amount.units() < 0 { i64::MIN } else { i64::MAX };
        return Some(amount.units().checked_mul(10_i64.pow(more.into())).unwrap_or(edge));
    }
    let factor = 10_i64.pow((amount.scale() - digits).into());
    let (floor, rest) = (amount.units().div_euclid(factor), amount.units().rem_euclid(factor));
    match comparison {
        Comparison::Eq => (rest == 0).then_some(floor),
        Comparison::Gte => Some(floor + i64::from(rest > 0)),
        Comparison::Lte => Some(floor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_inwards_and_never_overflow() {
        let at = |comparison, text, digits| bound(comparison, Decimal::parse(text).unwrap(), digits);
        assert_eq!(at(Comparison::Gte, "12.5", 2), Some(1250));
        assert_eq!(at(Comparison::Gte, "12.501", 2), Some(1251));
        assert_eq!(at(Comparison::Lte, "12.509", 2), Some(1250));
        assert_eq!(at(Comparison::Lte, "-0.5", 0), Some(-1));
        assert_eq!(at(Comparison::Eq, "12.501", 2), None);
        assert_eq!(at(Comparison::Eq, "12.500", 2), Some(1250));
        assert_eq!(at(Comparison::Lte, "999999999999999999", 2), Some(i64::MAX));
        assert_eq!(at(Comparison::Gte, "-999999999999999999", 2), Some(i64::MIN));
    }
}
