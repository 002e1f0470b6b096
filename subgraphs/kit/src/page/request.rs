//! What a client asks for, within the limits.

use super::{DEFAULT_FIRST, MAX_FIRST, MAX_PAGE};
use crate::{Failure, Result};

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    pub(super) limit: u64,
    /// How many rows of the list lie before a numbered page.
    pub(super) offset: u64,
    /// Whether the page is the end of what was asked for, rather than its beginning.
    pub(super) from_back: bool,
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
}

impl Default for PageRequest {
    /// The first page of the usual length.
    fn default() -> Self {
        Self { limit: DEFAULT_FIRST.into(), offset: 0, from_back: false, after: None, before: None }
    }
}

impl PageRequest {
    /// The first `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { limit: limit.into(), ..Self::default() }
    }
}

impl PageArgs {
    /// Checks the limits: `BAD_USER_INPUT`, `PAGE_TOO_DEEP`. Cursors are read later, by the order they belong to.
    pub fn check(self) -> Result<PageRequest> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Failure::bad_input("Give either \"first\" or \"last\"."));
        }
        let from_back = self.last.is_some();
        let limit = length(if from_back { "last" } else { "first" }, self.first.or(self.last))?;
        let offset = match self.page {
            None => 0,
            Some(_) if from_back || self.after.is_some() || self.before.is_some() => {
                return Err(Failure::bad_input("\"page\" goes with \"first\" only."));
            }
            Some(page) => u64::from(number(page)? - 1) * limit,
        };
        Ok(PageRequest { limit, offset, from_back, after: self.after, before: self.before })
    }
}

fn length(name: &str, given: Option<i32>) -> Result<u64> {
    let given = given.map_or(Ok(DEFAULT_FIRST), u32::try_from).ok().filter(|length| *length <= MAX_FIRST);
    given.map(u64::from).ok_or_else(|| Failure::bad_input(format!("\"{name}\" is a number from 0 to {MAX_FIRST}.")))
}

fn number(page: i32) -> Result<u32> {
    match u32::try_from(page) {
        Ok(0) | Err(_) => Err(Failure::bad_input("Pages are counted from 1.")),
        Ok(page) if page > MAX_PAGE => Err(Failure::page_too_deep()),
        Ok(page) => Ok(page),
    }
}

/// Up or down; the argument `sort: {field, direction}` of every list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "SortDirection")]
pub enum Direction {
    /// Smallest, earliest or first in the alphabet first.
    #[default]
    Asc,
    /// Largest, latest or last in the alphabet first.
    Desc,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }

    /// As part of an order's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(args: PageArgs) -> &'static str {
        args.check().map_or_else(|failure| failure.code().as_str(), |_| "OK")
    }

    #[test]
    fn the_limits_are_kept() {
        let first = |first| PageArgs { first: Some(first), ..PageArgs::default() };
        let page = |page| PageArgs { page: Some(page), ..PageArgs::default() };
        assert_eq!(PageArgs::default().check().unwrap(), PageRequest::first(10));
        for (args, expected) in [
            (first(0), "OK"),
            (first(100), "OK"),
            (first(101), "BAD_USER_INPUT"),
            (first(-1), "BAD_USER_INPUT"),
            (PageArgs { last: Some(101), ..PageArgs::default() }, "BAD_USER_INPUT"),
            (PageArgs { last: Some(1), ..first(1) }, "BAD_USER_INPUT"),
            (page(0), "BAD_USER_INPUT"),
            (page(1000), "OK"),
            (page(1001), "PAGE_TOO_DEEP"),
            (PageArgs { last: Some(1), ..page(1) }, "BAD_USER_INPUT"),
            (PageArgs { after: Some("x".into()), ..page(1) }, "BAD_USER_INPUT"),
        ] {
            assert_eq!(code(args.clone()), expected, "{args:?}");
        }
        let third = PageArgs { first: Some(20), page: Some(3), ..PageArgs::default() };
        assert_eq!(third.check().unwrap().offset, 40);
    }
}
