//! Reads and writes rows, and turns them into what the domain knows.
//!
//! Free functions over any connection, so that they work inside and outside a transaction. What the database refuses
//! becomes the domain's word for it here, by the name of the constraint; all else is a [`DbErr`](sea_orm::DbErr).

pub mod addresses;
pub mod attempts;
pub mod keys;
pub mod listing;
pub mod sessions;
pub mod users;
pub mod withdrawals;
