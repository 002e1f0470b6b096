//! The rows, by theme.

use super::Row;

mod access;
mod external;
mod inaccessible;
mod interfaces;
mod links;
mod merging;
mod selections;

pub fn all() -> impl Iterator<Item = &'static Row> {
    [selections::ROWS, external::ROWS, interfaces::ROWS, merging::ROWS, inaccessible::ROWS, access::ROWS, links::ROWS]
        .into_iter()
        .flatten()
}
