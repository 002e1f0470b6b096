//! The users subgraph: accounts, sessions, roles and address books. It alone knows passwords and looks sessions up;
//! everybody else believes the access tokens that it signs.
//!
//! A request goes `graphql → (command | loader) → repository → entity`, back it comes as [`domain`] types.
//! It refuses to know any other domain: what a person ordered is none of its business.

pub mod graphql;

pub mod accounts;
pub mod command;
mod hashing;
pub mod keys;
mod tokens;

mod loader;

mod own_log;
mod revocations;

mod repository;

mod entity;

pub mod domain;

pub mod demo;
mod settings;
mod shown;
mod start;
mod sweeper;

pub use self::{
    demo::seed as seed_demo,
    graphql::SESSION_COOKIE,
    settings::Settings,
    start::{Deps, HISTORY, Started, backup_part, open, start},
};

/// The subgraph's SDL, as composition wants it. Needs no database.
pub fn sdl() -> String {
    kit::sdl::of(&graphql::schema().finish())
}
