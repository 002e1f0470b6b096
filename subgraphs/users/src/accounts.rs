//! Everything that commands work with, in one place.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use kit::{Clock, Database, Failure, postal::AddressProblem};
use schema::{Revocations, UserViewer, revocation::GRACE};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{
    domain::{Problem, UserId, throttle::Bounds},
    hashing::Hasher,
    repository::{
        sessions,
        users::{self, Secret, WriteError},
        withdrawals,
    },
    tokens::TokenIssuer,
};

/// The accounts of the shop and what can be done with them; its verbs are in [`command`](crate::command).
#[derive(Clone)]
pub struct Accounts {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) hasher: Hasher,
    pub(crate) tokens: Arc<TokenIssuer>,
    pub(crate) revocations: Arc<dyn Revocations>,
    pub(crate) bounds: Bounds,
    /// How long a session lives when nobody refreshes it.
    pub(crate) session_life: Duration,
}

/// Why a command did nothing.
#[derive(Debug)]
pub enum Stop {
    /// The input cannot be accepted: `userErrors`.
    Problems(Vec<Problem>),
    /// All else: a top-level error.
    Failure(Failure),
}

/// What commands answer.
pub type Outcome<T> = Result<T, Stop>;

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Stop {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<Vec<AddressProblem>> for Stop {
    fn from(problems: Vec<AddressProblem>) -> Self {
        Self::Problems(problems.into_iter().map(Problem::from).collect())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<DbErr> for Stop {
    fn from(error: DbErr) -> Self {
        Self::Failure(error.into())
    }
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken(problems) => problems.into(),
            WriteError::Database(error) => error.into(),
        }
    }
}

impl Accounts {
    /// The account behind `viewer`, locked for a change of it. A token says who somebody was minutes ago; before
    /// anything is written, the session is looked up, so that one that was ended elsewhere writes nothing.
    pub(crate) async fn writer(&self, db: &impl ConnectionTrait, viewer: &UserViewer) -> Outcome<Secret> {
        let id = UserId::from_uuid(viewer.id);
        let secret = users::lock(db, id).await?.ok_or_else(Failure::unauthenticated)?;
        self.insist_on_session(db, viewer).await?;
        Ok(secret)
    }

    /// Refuses a viewer whose session has ended.
    pub(crate) async fn insist_on_session(&self, db: &impl ConnectionTrait, viewer: &UserViewer) -> Outcome<()> {
        let session = sessions::by_access(db, viewer.session).await?;
        let alive = session.is_some_and(|session| session.user_id.uuid() == viewer.id && session.ended_at.is_none());
        if alive { Ok(()) } else { Err(Failure::unauthenticated().into()) }
    }

    /// Until when an access token that is given out now could be shown.
    pub(crate) fn last_access(&self) -> DateTime<Utc> {
        self.clock.now() + TimeDelta::seconds(self.tokens.life() + 1)
    }

    /// Notes down, at the end of the transaction that takes it, that the access of these sessions is gone …
    pub(crate) async fn withdraw(&self, db: &impl ConnectionTrait, sids: &[Uuid]) -> Result<(), DbErr> {
        withdrawals::append(db, sids, self.last_access()).await
    }

    /// … and tells every verifier, once the transaction is committed.
    pub(crate) fn publish(&self, sids: &[Uuid]) {
        let until = self.last_access().timestamp().saturating_add(GRACE);
        for sid in sids {
            self.revocations.revoke(*sid, until);
        }
    }
}
