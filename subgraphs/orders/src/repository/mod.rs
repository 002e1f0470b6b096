//! The only place that knows the tables. Free functions over a connection, so that they work inside a transaction and
//! outside; what comes out are domain values.
//!
//! It refuses to decide: which transition is allowed, and who may see what, is the domain's. [`order::advance`] stores
//! a decided step whole: the status, its row in the timeline, and the job that follows from it.

pub mod item;
pub mod key;
pub mod list;
pub mod open_orders;
pub mod order;
pub mod outbox;
pub mod payment;
pub mod transition;

use kit::money::{Currency, Money};
use sea_orm::DbErr;

/// A row that says what no rule allows: somebody wrote to the database by hand.
fn corrupt(what: impl std::fmt::Display) -> DbErr {
    DbErr::Type(format!("a row of the orders database cannot be read: {what}"))
}

fn money(minor: i64, currency: &str) -> Result<Money, DbErr> {
    let currency = Currency::parse(currency).ok_or_else(|| corrupt(format_args!("currency {currency:?}")))?;
    Ok(Money::new(minor, currency))
}

fn maybe_money(minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>, DbErr> {
    minor.zip(currency).map(|(minor, currency)| money(minor, currency)).transpose()
}
