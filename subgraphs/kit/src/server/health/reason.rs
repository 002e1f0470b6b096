//! What a stranger may know of a database's error.

use sea_orm::DbErr;

/// Words of drivers and codes of PostgreSQL, and what they mean. The first that is found counts.
const REASONS: [(&[&str], &str); 9] = [
    (&["was removed or replaced"], "the database's file was removed or replaced"),
    (&["disk is full", "(code: 13)", "No space left", "53100"], "the disk is full"),
    (&["readonly database", "read-only transaction", "read-only database"], "the database is read-only"),
    (&["database is locked", "lock timeout", "(code: 5)", "database table is locked"], "a lock is held for too long"),
    (&["no such column", "no such table", "does not exist"], "a table or column is missing"),
    (&["disk I/O error", "malformed", "not a database", "unable to open"], "the database's file cannot be used"),
    (&["too many clients", "remaining connection slots", "53300"], "the database takes no more connections"),
    (&["refused", "reset", "broken pipe", "closed", "shutting down", "starting up"], "the database does not answer"),
    (&["timed out", "timeout"], "no connection to the database is free"),
];

/// A sentence about `error` without names, addresses and values.
pub fn public_reason(error: &DbErr) -> &'static str {
    let text = error.to_string();
    let known = REASONS.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
    known.map_or("the database fails", |(_, reason)| reason)
}
