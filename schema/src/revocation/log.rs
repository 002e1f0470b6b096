//! The log of revocations, as `users` serves it to processes that it trusts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where `users` serves the log: `GET /internal/revocations?after=CURSOR`, with a service token. Without `after` it begins
/// with what is still alive.
pub const LOG_PATH: &str = "/internal/revocations";

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The session, as access tokens name it (`sid`).
    pub session: Uuid,
    /// When the last of its access tokens has expired, in seconds since the epoch.
    pub until: i64,
}

/// A part of the log, in the order in which entries were committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// What came after the cursor that was sent.
    pub revocations: Vec<Revocation>,
    /// The cursor for the next request.
    pub cursor: i64,
    /// Whether there is more already.
    pub more: bool,
}
