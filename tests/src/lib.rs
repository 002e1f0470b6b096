//! The whole graph from outside: what the end-to-end tests are made with.
//!
//! Everything here talks to real programs over real sockets. [`binaries`] builds them, [`process`] starts and ends
//! them, [`Shop`] is a set of them that serves a shop: in one process, or in four. [`Client`] is somebody who shops
//! there, [`forge`] makes the tokens that nobody should believe, [`browser`] looks at a page through a real Chromium.
//!
//! It knows the API and the command lines, as any operator and any client does; never a domain's code.

pub mod binaries;
pub mod browser;
pub mod client;
pub mod composition;
pub mod forge;
pub mod pictures;
pub mod ports;
pub mod process;
pub mod recorder;
pub mod shop;
pub mod shopping;
pub mod undertaker;

pub use client::{Answer, Client};
pub use process::{Process, Program};
pub use shop::Shop;
