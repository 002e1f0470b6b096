//! Rows, one file per table. Only [`repository`](crate::repository) sees them.

pub mod address;
pub mod login_attempt;
pub mod published_key;
pub mod refresh_token;
pub mod session;
pub mod signing_key;
pub mod user;
pub mod withdrawal_counter;
pub mod withdrawn_access;

use kit::database::Tables;

/// The tables that this program needs.
pub fn tables() -> Tables {
    Tables::new()
        .entity::<address::Entity>()
        .entity::<login_attempt::Entity>()
        .entity::<refresh_token::Entity>()
        .entity::<session::Entity>()
        .entity::<signing_key::Entity>()
        .entity::<user::Entity>()
        .entity::<withdrawal_counter::Entity>()
        .entity::<withdrawn_access::Entity>()
        .idempotency()
}
