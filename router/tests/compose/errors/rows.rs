//! The rows, by theme.

use super::Row;

mod access;
mod external;
mod inaccessible;
mod interfaces;
mod links;
mod merging;
mod reserved;
mod selections;

pub fn all() -> impl Iterator<Item = &'static Row> {
    let all = [
        selections::ROWS,
        external::ROWS,
        interfaces::ROWS,
        merging::ROWS,
        reserved::ROWS,
        inaccessible::ROWS,
        access::ROWS,
        links::ROWS,
    ];
    all.into_iter().flatten()
}
