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

/// How far the clocks of two processes may differ for one to believe the tokens of the other, in seconds.
pub const MAX_CLOCK_SKEW: i64 = 60;

/// A time in seconds since the epoch, as a log shows it.
pub(crate) fn shown_time(seconds: i64) -> String {
    let time = chrono::DateTime::from_timestamp(seconds, 0);
    time.map_or_else(|| format!("{seconds} s after 1970"), |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// This moment, in seconds since the epoch. Proofs are checked at the time that it really is; no caller may say another.
#[expect(clippy::disallowed_methods, reason = "below kit and its clock, and on purpose not to be set")]
pub(crate) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
