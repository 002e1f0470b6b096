//! The door from outside, in front of a real engine and a subgraph that answers what it is told to.

mod access;
mod audit;
mod batches;
mod clients;
mod cookies;
mod door;
mod encoding;
mod house;
mod limits;
mod outlived;
mod persisted;
mod protocol;
mod proxy;
mod streaming;
