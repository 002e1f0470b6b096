//! Sessions, and what a refresh token is worth.

use chrono::{DateTime, Utc};
use kit::id::{Id, Kind};
use uuid::Uuid;

use super::UserId;

/// Marks ids of sessions, which no client ever sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {}

impl Kind for SessionKind {
    const PREFIX: &'static str = "ses";
}

/// The id of a session.
pub type SessionId = Id<SessionKind>;

/// What a log-in begins and a log-out ends. All refresh tokens that were ever exchanged for one another belong to
/// one session: it is the "family" that the reuse of one of them ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which one.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// What its present access tokens carry as `sid`.
    pub access_id: Uuid,
    /// When the newest refresh token dies unused.
    pub expires_at: DateTime<Utc>,
    /// Log-out, or what the service did to protect the account.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether it goes on.
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// What to do about a refresh token that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Exchange it for a new one.
    Rotate,
    /// It was exchanged before, so two parties hold it: end the session.
    EndSession,
    /// Worth nothing, and nothing needs to be done.
    Refuse,
}

/// Judges a refresh token of `session` that was used at `used_at`, if ever.
pub fn judge(session: &Session, used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Verdict {
    match (session.is_alive(now), used_at) {
        (true, None) => Verdict::Rotate,
        (true, Some(_)) => Verdict::EndSession,
        (false, _) => Verdict::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_token_is_good_once_and_only_while_its_session_lives() {
        let now = DateTime::UNIX_EPOCH;
        let later = now + TimeDelta::days(1);
        let session = Session {
            id: SessionId::from_uuid(Uuid::from_u128(1)),
            user_id: UserId::from_uuid(Uuid::from_u128(2)),
            access_id: Uuid::from_u128(3),
            expires_at: later,
            ended_at: None,
        };
        assert_eq!(judge(&session, None, now), Verdict::Rotate);
        assert_eq!(judge(&session, Some(now), now), Verdict::EndSession);
        assert_eq!(judge(&session, None, later), Verdict::Refuse);
        let ended = Session { ended_at: Some(now), ..session };
        assert_eq!(judge(&ended, None, now), Verdict::Refuse);
        assert_eq!(judge(&ended, Some(now), now), Verdict::Refuse);
    }
}
