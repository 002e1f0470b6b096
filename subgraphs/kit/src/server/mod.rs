//! A subgraph as a server: GraphQL over HTTP, health, and a process's life from the first request to the last.
//!
//! The routes are an [`axum::Router`], which is served over the network by [`serve`] and called as a function where
//! router and subgraph share a process: the same body, headers and limits either way. There are no async-graphql
//! extensions on purpose; they would cost every field of every request what only failed ones need.

mod access;
mod answer;
mod background;
mod body;
mod deadline;
mod documents;
mod errors;
mod graphql;
mod health;
mod numbers;
mod parameters;
mod process;
mod representation;
#[cfg(test)]
mod tests;

use axum::Router;

pub use self::{
    background::{Background, Beat, Rounds, Stop},
    body::within_idle_time,
    graphql::{GraphqlRoutes, guard_rails},
    health::{Check, Finding, Health, HealthArgs, READY_PATH, Status, public_reason},
    process::serve,
};
pub(crate) use answer::refusal;

use crate::Database;

/// A domain, ready to be served over the network or called in process.
pub struct Subgraph {
    /// Its name in the supergraph: `users`.
    pub name: &'static str,
    /// Everything that it serves: `/graphql`, `/health/*` and whatever else the domain has.
    pub app: Router,
    /// Its database, for those who watch it.
    pub database: Database,
    /// What must be well for it to be ready.
    pub health: Health,
    /// Its workers. Whoever ends the process tells them first.
    pub background: Background,
}
