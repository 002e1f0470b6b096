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
    /// It was exchanged before, and what it was exchanged for is in use, so two parties hold it: end the session.
    EndSession,
    /// Worth nothing, and nothing needs to be done.
    Refuse,
}

/// How far a refresh token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It was never exchanged.
    New,
    /// It was exchanged, and nothing of what was given for it was used yet. The answer may have been lost on its way, or
    /// another tab of the same browser sent the token at the same time.
    Exchanged,
    /// A token that was given for it, refresh or access token, was used: the answer has arrived.
    Succeeded,
}

/// Judges a refresh token of `session`.
pub fn judge(session: &Session, progress: Progress, now: DateTime<Utc>) -> Verdict {
    match (session.is_alive(now), progress) {
        (true, Progress::New | Progress::Exchanged) => Verdict::Rotate,
        (true, Progress::Succeeded) => Verdict::EndSession,
        (false, _) => Verdict::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_token_is_good_until_its_successor_is_used_and_only_while_its_session_lives() {
        let now = DateTime::UNIX_EPOCH;
        let later = now + TimeDelta::days(1);
        let session = Session {
            id: SessionId::from_uuid(Uuid::from_u128(1)),
            user_id: UserId::from_uuid(Uuid::from_u128(2)),
            access_id: Uuid::from_u128(3),
            expires_at: later,
            ended_at: None,
        };
        assert_eq!(judge(&session, Progress::New, now), Verdict::Rotate);
        assert_eq!(judge(&session, Progress::Exchanged, now), Verdict::Rotate);
        assert_eq!(judge(&session, Progress::Succeeded, now), Verdict::EndSession);
        let ended = Session { ended_at: Some(now), ..session.clone() };
        for progress in [Progress::New, Progress::Exchanged, Progress::Succeeded] {
            assert_eq!(judge(&session, progress, later), Verdict::Refuse);
            assert_eq!(judge(&ended, progress, now), Verdict::Refuse);
        }
    }
}
