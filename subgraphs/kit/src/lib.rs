//! What every subgraph is made of.
//!
//! A request comes in through [`server`], is told who calls by [`caller`], runs resolvers that read lists through
//! [`page`] and rows through [`database`] ([`data`] keeps its files), and goes out with a [`Failure`] that shows a client no more than it may
//! see. [`id`], [`money`], [`text`], [`time`],
//! [`postal`], [`filter`], [`given`], [`clock`] and [`random`] are the words that all domains share; [`client`] and [`trust`] are
//! how one domain calls another.
//!
//! It refuses to know any domain: no type, table or field of users, products or orders is named here.

pub mod backup;
pub mod caller;
pub mod cli;
pub mod client;
pub mod clock;
pub mod data;
pub mod database;
pub mod deadline;
pub mod error;
pub mod filter;
pub mod given;
pub mod id;
pub mod idempotency;
pub mod jobs;
pub mod loader;
pub mod money;
pub mod node;
pub mod page;
pub mod postal;
pub mod random;
pub mod sdl;
pub mod server;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod time;
pub mod trust;
pub mod user_error;

pub use clock::Clock;
pub use database::Database;
pub use error::{Failure, Result};
pub use id::Id;
pub use server::Subgraph;
