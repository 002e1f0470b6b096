//! The orders subgraph from outside, on both databases, with products, users and the payment provider played by others.

mod actions;
mod bad_input;
mod cancel;
mod expiry;
mod fakes;
mod jobs;
mod jobs_command;
mod migrations;
mod nodes;
mod open_orders;
mod pay;
mod place;
mod quote;
mod read;
mod repair;
mod retention;
mod sandbox;
mod save_address;
mod schema;
mod status;
mod texts;
mod visibility;
mod workers;
mod world;
