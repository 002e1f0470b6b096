//! Rialto's router: a federated graph behind one door.
//!
//! The modules stand in the order in which a request passes them: [`http`] takes it in, [`auth`] says who calls,
//! [`plan`] turns the operation into fetches, [`execute`] runs them and writes the response, [`fetch`] talks to
//! subgraphs. Beneath lie [`graph`], the supergraph as data, and [`compose`], which makes a supergraph from
//! subgraphs' SDL. [`engine`] is those four as one thing, and [`assemble`] makes a whole router of subgraphs: start at
//! [`Rialto::builder`] to use it in a program of your own.
//!
//! It knows a supergraph, never a subgraph by name: only [`embedded`] (a default feature) names the shop's domains.

pub mod cli;

#[cfg(feature = "embedded")]
pub mod embedded;

pub mod assemble;
pub use assemble::Rialto;

pub mod http;

pub mod auth;

pub mod engine;

mod cache;
mod deadline;

mod digest;

pub mod cookies;

pub mod request;

pub mod operation;

pub mod plan;

pub mod execute;

pub mod fetch;

pub mod graph;

pub mod compose;

pub mod error;

pub mod json;
