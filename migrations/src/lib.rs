//! The databases' history: one module per database, one file per change.
//!
//! A file's stem is the version that a database records: a landed file is never renamed or edited.

mod keys;

pub mod heartbeat;
pub mod jobs;
pub mod orders;
pub mod products;
pub mod users;
