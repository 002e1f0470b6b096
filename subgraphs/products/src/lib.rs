//! The products subgraph: categories, products, images, stock, and what orders hold of it. It alone owns price and
//! stock; what a client or another domain believes about them is never taken over.
//!
//! A request goes `graphql → loader → repository → entity`, or `files → sanitize → storage` for images' bytes; back it comes as
//! [`domain`] types. It refuses to know any other domain: an order is an id to it, a person what a token proves.

pub mod graphql;

pub mod files;
pub mod orphans;
pub mod sanitize;
mod uploads;

pub mod loader;
mod measure;

pub mod repository;

mod entity;

pub mod domain;

pub mod storage;

pub mod demo;
pub mod refile;
pub mod retention;
mod settings;
pub mod shop;
mod start;

pub use self::{
    settings::Settings,
    start::{Deps, HISTORY, backup_part, open, seed_demo, start},
};

/// The subgraph's SDL, as composition wants it. Needs no database.
pub fn sdl() -> String {
    kit::sdl::of(&graphql::schema().finish())
}
