//! orders: what was bought, for how much, and what became of it.
//!
//! The order of modules is the order of a request: [`graphql`] translates, [`loader`] gathers reads and [`purchase`]
//! carries out wishes, [`domain`] decides, [`remote`] and [`provider`] ask others, `repository` and `entity` store.
//! `outbox` tells others what followed, and [`worker`] does what nobody asks for. [`repair`] makes orders, products and the
//! provider agree again after a restored backup.
//!
//! It owns no price, no stock, no account and no address book: products and users do, and are asked.

pub mod graphql;
pub mod loader;
pub mod purchase;
pub mod repair;
pub mod worker;

pub mod domain;
pub mod provider;
pub mod refusal;
pub mod remote;
pub mod shop;

mod entity;
mod outbox;
mod repository;

mod demo;
mod settings;
mod start;

pub use demo::seed_demo;
pub use graphql::sdl;
pub use settings::Settings;
pub use start::{Deps, HISTORY, assemble, backup_part, open, start};
