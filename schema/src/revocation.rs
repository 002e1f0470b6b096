//! Sessions whose access tokens must no longer be believed, although they have not expired yet.
//!
//! `users` publishes, every verifier listens. In one process both hold the same [`RevokedSessions`], so a
//! log-out takes effect at once; between processes the token's short life is the bound until a broker feeds it.

use std::{collections::HashMap, sync::RwLock};

use uuid::Uuid;

/// The feed of revoked sessions, seen from both ends.
pub trait Revocations: Send + Sync + 'static {
    /// Withdraws every access token of `session`; forgettable after `until` (seconds since the epoch), when the
    /// last of them has expired.
    fn revoke(&self, session: Uuid, until: i64);

    /// Whether tokens of `session` must be refused.
    fn is_revoked(&self, session: Uuid) -> bool;
}

/// The feed of one process: a set that forgets what has expired anyway.
#[derive(Debug, Default)]
pub struct RevokedSessions {
    until: RwLock<HashMap<Uuid, i64>>,
}

/// Expired entries are swept when the set has grown by this many.
const SWEEP_EVERY: usize = 1024;

impl Revocations for RevokedSessions {
    fn revoke(&self, session: Uuid, until: i64) {
        let mut sessions = self.until.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if sessions.len() % SWEEP_EVERY == SWEEP_EVERY - 1 {
            let now = crate::now();
            sessions.retain(|_, until| *until >= now);
        }
        sessions.insert(session, until);
    }

    fn is_revoked(&self, session: Uuid) -> bool {
        self.until.read().unwrap_or_else(std::sync::PoisonError::into_inner).contains_key(&session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_session_is_refused_and_others_are_not() {
        let feed = RevokedSessions::default();
        let (gone, alive) = (Uuid::from_u128(1), Uuid::from_u128(2));
        feed.revoke(gone, i64::MAX);
        assert!(feed.is_revoked(gone));
        assert!(!feed.is_revoked(alive));
    }

    #[test]
    fn the_set_forgets_what_has_expired() {
        let feed = RevokedSessions::default();
        for n in 0..SWEEP_EVERY as u128 * 3 {
            feed.revoke(Uuid::from_u128(n), 0);
        }
        assert!(feed.until.read().unwrap().len() < SWEEP_EVERY + 1);
    }
}
