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
