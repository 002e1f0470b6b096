//! What tests of subgraphs need: databases that come and go ([`databases`]) and callers of every kind
//! ([`TestClient`]).

mod client;
mod databases;
mod faults;
mod keys;
mod probe;
mod proxy;

pub use client::{Answer, TestClient};
pub use databases::{TestDatabase, databases};
pub use faults::Fault;
pub(crate) use faults::Faults;
pub use keys::TestKeys;
pub use probe::{ODD_TEXTS, Probe, Probes};
pub use proxy::Proxy;
