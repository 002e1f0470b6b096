//! What tests of subgraphs need: databases that come and go ([`databases`]) and callers of every kind
//! ([`TestClient`]).

mod client;
mod databases;
mod keys;
mod probe;

pub use client::{Answer, TestClient};
pub use databases::{TestDatabase, databases};
pub use keys::TestKeys;
pub use probe::{ODD_TEXTS, Probe, Probes};
