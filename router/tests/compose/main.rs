//! Composition: what comes out is what other composers make of the same subgraphs, and what cannot be composed is
//! refused with words that help.

#[path = "../support/federation.rs"]
mod federation;

mod access;
mod carried;
mod equivalence;
mod errors;
mod executables;
mod field_sets;
mod hints;
mod losses;
mod satisfiability;
mod support;
