//! What a stranger may know of a database's error.

use sea_orm::{DbErr, RuntimeErr, error::SqlxError};

use crate::database::Reason;

/// PostgreSQL's codes for a table and a column that it does not have.
const MISSING: [&str; 2] = ["42P01", "42703"];
/// What SQLite says of them; its code is one for all wrong statements.
const NO_SUCH: [&str; 2] = ["no such table", "no such column"];

/// A sentence about `error` without names, addresses and values.
pub fn public_reason(error: &DbErr) -> &'static str {
    match Reason::of(error) {
        Some(Reason::DiskFull) => "the disk is full",
        Some(Reason::ReadOnly) => "the database is read-only",
        Some(Reason::Locked) => "a lock is held for too long",
        Some(Reason::DiskError | Reason::CannotOpen | Reason::Damaged) => "the database's file cannot be used",
        Some(Reason::TooManyClients) => "the database takes no more connections",
        Some(Reason::Refused | Reason::Disconnected | Reason::Restarting | Reason::Closed) => {
            "the database does not answer"
        }
        Some(Reason::Denied) => "the database does not let this process in",
        Some(Reason::OutOfMemory) => "the database is out of memory",
        Some(Reason::Exhausted) => "no connection to the database is free",
        Some(Reason::Cancelled) => "the database takes too long",
        None if matches!(error, DbErr::Conn(RuntimeErr::Internal(_))) => "the database's file was removed or replaced",
        None if is_missing(error) => "a table or column is missing",
        None => "the database fails",
    }
}

fn is_missing(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    let SqlxError::Database(error) = &**cause else { return false };
    error.code().is_some_and(|code| MISSING.contains(&&*code))
        || NO_SUCH.iter().any(|words| error.message().contains(words))
}
