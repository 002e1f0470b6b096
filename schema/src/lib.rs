//! The contracts between Rialto's processes.
//!
//! What a process must know to take part: who is calling ([`viewer`]), what proves it ([`token`],
//! [`service`]), which proofs have been withdrawn ([`revocation`]), and how one process calls another
//! ([`transport`]). The SDL of each subgraph, the supergraph and the client's API lie beside this crate's
//! manifest as `*.graphql`.
//!
//! It refuses to know any domain, any database and any GraphQL library.

pub mod keys;
pub mod revocation;
pub mod service;
pub mod token;
pub mod transport;
pub mod viewer;

pub use revocation::{Revocations, RevokedSessions};
pub use transport::{Transport, TransportError};
pub use viewer::{Caller, ExternalViewer, UserViewer, Viewer};

/// This moment, in seconds since the epoch. Proofs are checked at the time that it really is; no caller may say another.
#[expect(clippy::disallowed_methods, reason = "below kit and its clock, and on purpose not to be set")]
pub(crate) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
