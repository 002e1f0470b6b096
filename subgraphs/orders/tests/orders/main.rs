//! The orders subgraph from outside, on both databases, with products, users and the payment provider played by others.

mod bad_input;
mod cancel;
mod expiry;
mod fakes;
mod migrations;
mod nodes;
mod pay;
mod place;
mod read;
mod schema;
mod texts;
mod visibility;
mod workers;
mod world;
