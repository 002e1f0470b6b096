//! Revocation: sessions whose access tokens are refused, although they have not expired yet.
//!
//! `users` revokes, every verifier asks. In one process both hold the same [`RevokedSessions`], so a log-out takes effect
//! at once. A process of its own follows the log that `users` serves ([`FollowedRevocations`]).

mod follow;
mod log;
mod sessions;

use futures_util::future::BoxFuture;
use uuid::Uuid;

pub use self::{
    follow::{FollowedRevocations, Follower},
    log::{LOG_PATH, LogPage, Revocation},
    sessions::RevokedSessions,
};

/// How long a revocation is known after the last token of its session has expired, in seconds: a token is believed for a
/// while after its end, by a clock that may be behind.
pub const GRACE: i64 = 2 * crate::MAX_CLOCK_SKEW;

/// Which sessions are revoked, as far as this process knows.
pub trait Revocations: Send + Sync + 'static {
    /// Revokes every access token of `session`; forgettable after `until` (seconds since the epoch), when the last of
    /// them has expired.
    fn revoke(&self, session: Uuid, until: i64);

    /// Whether tokens of `session` must be refused.
    fn is_revoked(&self, session: Uuid) -> bool;

    /// Whether this process knows what there is to know. Where it does not, no token can be believed.
    fn is_current(&self) -> bool {
        true
    }

    /// Waits, for a short time, where this process is still learning for the first time; then the same.
    fn becomes_current(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(self.is_current()))
    }
}
