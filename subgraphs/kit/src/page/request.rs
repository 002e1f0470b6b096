//! What a client asks for.

use crate::Result;

/// The arguments of every list: `PageArgs { first, after, last, before, page }.check()?`.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// How many from the front.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// How many from the back.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
    /// The number of the page, from 1.
    pub page: Option<i32>,
}

/// What was asked for, within the limits. Hashable, so that it can be part of a loader's key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageRequest {
    _limit: u32,
}

impl PageArgs {
    /// Checks the limits: `BAD_USER_INPUT`, `PAGE_TOO_DEEP`.
    pub fn check(self) -> Result<PageRequest> {
        todo!()
    }
}

/// Up or down; the argument `sort: {field, direction}` of every list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "SortDirection")]
pub enum Direction {
    /// Smallest, earliest or first in the alphabet first.
    Asc,
    /// Largest, latest or last in the alphabet first.
    Desc,
}
