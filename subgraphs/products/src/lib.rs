//! The products subgraph.
pub mod domain;
mod entity;
pub mod repository;
