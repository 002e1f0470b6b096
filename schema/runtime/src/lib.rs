//! What every process is, whatever it serves: a command line, a log, signals, and sockets.
//!
//! Router and subgraphs stand on it, so that flags are read, errors are told and requests are drained in one way. It
//! refuses to know GraphQL, who calls, and what is stored.

pub mod cli;
pub mod log;
pub mod output;
pub mod private;
pub mod secret;
pub mod server;
pub mod signals;
