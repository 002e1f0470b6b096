//! The revoked sessions that one process knows.

use std::{collections::HashMap, sync::RwLock};

use uuid::Uuid;

use super::Revocations;

/// A set of sessions that forgets what has expired anyway.
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
        let sessions = RevokedSessions::default();
        let (gone, alive) = (Uuid::from_u128(1), Uuid::from_u128(2));
        sessions.revoke(gone, i64::MAX);
        assert!(sessions.is_revoked(gone));
        assert!(!sessions.is_revoked(alive));
    }

    #[test]
    fn the_set_forgets_what_has_expired() {
        let sessions = RevokedSessions::default();
        for n in 0..SWEEP_EVERY as u128 * 3 {
            sessions.revoke(Uuid::from_u128(n), 0);
        }
        assert!(sessions.until.read().unwrap().len() < SWEEP_EVERY + 1);
    }
}
