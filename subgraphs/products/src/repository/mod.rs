//! Where rows become domain types and rules become statements.
//!
//! Functions that take a connection run inside a transaction as well as outside; those that take the [`Database`]
//! own their transaction. What the input's meaning forbids comes back as the inner error of an [`Outcome`]; what broke
//! is a [`kit::Failure`].

pub mod categories;
pub mod category_writes;
mod documents;
pub mod filing;
pub mod filter;
mod former_slugs;
pub mod image_writes;
pub mod images;
pub mod lists;
pub mod paths;
pub mod permissions;
pub mod prices;
pub mod product_writes;
pub mod products;
mod relations;
pub mod reservations;
mod row;
pub mod search;
pub mod seed;
pub mod stock;

use sea_orm::{DbErr, SqlErr};

/// What a command did, or why it may not; and around both, whether anything broke.
pub type Outcome<T, E> = kit::Result<Result<T, E>>;

/// Whether the row refers to something that is not there, or is still referred to.
fn is_foreign_key(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_)))
}
