//! The engine from outside, over subgraphs whose answers are written down here: what is asked of them, and what the
//! client gets when they answer well, badly or not at all.

#[path = "../support/naive/mod.rs"]
mod naive;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/served.rs"]
mod served;
#[path = "../support/value.rs"]
#[allow(dead_code)] // Only the world disguises and sorts values.
mod value;

mod access;
mod canned;
mod coercion;
mod cost;
mod failures;
mod introspection;
mod keys;
mod locations;
mod misbehaviour;
mod mutations;
mod numbers;
mod one_by_one;
mod one_of;
mod operations;
mod order;
mod own_names;
mod paths;
mod problems;
mod projecting;
mod provided;
mod reading;
mod requests;
mod roots;
mod runtime_types;
mod sharing;
mod singly;
mod too_large;
