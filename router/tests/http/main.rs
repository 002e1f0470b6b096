//! The door from outside, in front of a real engine and a subgraph that answers what it is told to.

mod access;
mod audit;
mod door;
mod house;
mod limits;
mod protocol;
mod proxy;
mod streaming;
