//! When a key signs access tokens, and how long it is published before and after.
//!
//! A key is published before it signs, until every verifier has asked for keys again: then none refuses its tokens, also
//! where another replica answers it. After another one has taken over it is published until its last token has expired.
//! Only the first key of all signs at once, because nobody can have asked before.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use schema::{keys::MAX_AGE, token::MAX_LIFE};

/// How often a process looks for changed keys.
pub const RELOAD: Duration = Duration::from_secs(10);

/// How long a key is published before it signs: as long as verifiers believe what they know, and a while for processes to
/// notice it.
pub const LEAD: TimeDelta = TimeDelta::seconds(MAX_AGE.as_secs().cast_signed() + 60);

/// How long a key is published after another one has taken over: as long as its tokens live, and a while for processes to
/// notice it, and for clocks that differ.
pub const AFTERLIFE: TimeDelta = TimeDelta::seconds(MAX_LIFE + 300);

/// A key in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub kid: String,
    /// The private key.
    pub pem: String,
    /// Whether it signs; at most one does.
    pub is_active: bool,
    /// When it was made, and published.
    pub created_at: DateTime<Utc>,
    /// When it became the active one. Of old ones nobody knows.
    pub active_at: Option<DateTime<Utc>>,
}

/// What a key is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs.
    Signing,
    /// It is published, and signs from this moment on.
    Waiting(DateTime<Utc>),
    /// It does not sign any more, and is published until this moment, if anybody knows.
    Retired(Option<DateTime<Utc>>),
}

/// What `key` is, where `active` is the key that signs.
pub fn state(key: &StoredKey, active: Option<&StoredKey>) -> KeyState {
    if key.is_active {
        return KeyState::Signing;
    }
    match active {
        Some(active) if key.active_at.is_some() || key.created_at <= active.created_at => {
            KeyState::Retired(active.active_at.map(|at| at + AFTERLIFE))
        }
        _ => KeyState::Waiting(key.created_at + LEAD),
    }
}

/// Of the keys in an operator's file, in their order there, each with the moment since when it is published, the one that
/// may sign: the first that every verifier can know.
pub fn ripe<'a>(published: impl IntoIterator<Item = (&'a str, DateTime<Utc>)>, now: DateTime<Utc>) -> Option<&'a str> {
    published.into_iter().find(|(_, at)| *at + LEAD <= now).map(|(kid, _)| kid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_signs_and_retires() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let key = |age: i64, is_active, active_at| StoredKey {
            kid: String::new(),
            pem: String::new(),
            is_active,
            created_at: now - TimeDelta::seconds(age),
            active_at,
        };
        let active = key(1000, true, Some(now));
        assert_eq!(state(&active, Some(&active)), KeyState::Signing);
        let new = key(10, false, None);
        assert_eq!(state(&new, Some(&active)), KeyState::Waiting(new.created_at + LEAD));
        let retired = KeyState::Retired(Some(now + AFTERLIFE));
        assert_eq!(state(&key(2000, false, None), Some(&active)), retired);
        // It was made later, signed, and gave way to an older one that was called back.
        assert_eq!(state(&key(10, false, Some(now)), Some(&active)), retired);
        assert_eq!(state(&key(2000, false, None), Some(&key(1000, true, None))), KeyState::Retired(None));
    }

    #[test]
    fn the_first_key_of_a_file_that_all_can_know_signs() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let old = now - LEAD;
        assert_eq!(ripe([("new", now), ("old", old)], now), Some("old"));
        assert_eq!(ripe([("new", old), ("old", old)], now), Some("new"));
        assert_eq!(ripe([("new", now)], now), None);
    }
}
