//! Lists that are read page by page.
//!
//! A list has an order ([`Keyset`]), a client asks for a part of it ([`PageArgs`] → [`PageRequest`]), the database gives
//! a [`Page`], and the schema shows a [`Connection`]. Cursors hold the sort values of a row, so a page stays where it was
//! when rows are inserted before it. One page costs one statement; what a client may not even ask for (`totalCount`, a
//! `hasPreviousPage` that is not plain to see) is asked from the database when, and only when, its field is resolved.
//!
//! Where an order has few ranks that no index knows, the list is read in [`Parts`].
//!
//! A connection under a list (`User.orders` under `users`) is read for all parents at once by
//! [`Keyset::fetch_each`], which a `DataLoader` calls with the parents it has collected:
//!
//! ```ignore
//! // The loader's key is (parent, request); it groups by request and calls once for each that differs.
//! let pages = BY_DATE.fetch_each(&database, select, Expr::col((Entity, Column::UserId)), &users, &request).await?;
//! ```

mod complexity;
mod connection;
mod each;
mod extent;
mod fetch;
mod key;
mod keyset;
mod parts;
mod request;
#[cfg(test)]
mod tests;

pub use self::{
    complexity::{connection_complexity, list_complexity},
    connection::{Connection, Edge, PageInfo},
    key::Key,
    keyset::Keyset,
    parts::Parts,
    request::{Direction, PageArgs, PageRequest},
};

use extent::Extent;

/// The deepest page that is served by number.
pub const MAX_PAGE: u32 = 1000;
/// The longest page.
pub const MAX_FIRST: u32 = 100;
/// The length of a page where nobody says another.
pub const DEFAULT_FIRST: u32 = 10;

/// A page of rows, in the list's order whichever way it was read.
#[derive(Clone)]
pub struct Page<T> {
    rows: Vec<T>,
    /// One for each row.
    cursors: Vec<String>,
    extent: Extent,
}

impl<T> Page<T> {
    /// The rows.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The rows by themselves.
    pub fn into_rows(self) -> Vec<T> {
        self.rows
    }

    /// A page that is the whole list: for short lists that no database pages.
    pub fn whole(rows: Vec<T>, cursor: impl Fn(&T) -> String) -> Self {
        let cursors = rows.iter().map(cursor).collect();
        let extent = Extent::whole(rows.len());
        Self { rows, cursors, extent }
    }

    /// The same page with every row turned into something else: an entity into its domain type, that into a node.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(turn).collect(), cursors: self.cursors, extent: self.extent }
    }

    /// The same, where a row may turn out to be broken.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let rows = self.rows.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(Page { rows, cursors: self.cursors, extent: self.extent })
    }
}
