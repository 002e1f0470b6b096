//! Lists that are read page by page.
#![allow(unused)]

mod connection;
mod keyset;
mod request;

pub use connection::{Connection, Edge, PageInfo};
pub use keyset::{Key, Keyset};
pub use request::{Direction, PageArgs, PageRequest};

/// The deepest page that is served by number.
pub const MAX_PAGE: u32 = 1000;
/// The longest page.
pub const MAX_FIRST: u32 = 100;
/// The length of a page where nobody says another.
pub const DEFAULT_FIRST: u32 = 10;

/// A page of rows, in the list's order.
pub struct Page<T> {
    pub(crate) rows: Vec<T>,
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

    /// The same page with every row turned into something else: an entity into its domain type, that into a node.
    pub fn map<U>(self, _turn: impl FnMut(T) -> U) -> Page<U> {
        todo!()
    }

    /// The same, where a row may be refused.
    pub fn try_map<U>(self, _turn: impl FnMut(T) -> crate::Result<U>) -> crate::Result<Page<U>> {
        todo!()
    }
}
