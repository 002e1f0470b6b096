//! What is deleted when it is over: sessions and their refresh tokens, counts that nobody looks at any more, withdrawals of
//! access tokens that have expired by themselves, and used idempotency keys.

use std::time::Duration;

use chrono::TimeDelta;
use kit::{
    idempotency,
    jobs::{Keep, Queue, Retention, Rule},
};
use schema::revocation::GRACE;
use sea_orm::{ColumnTrait as _, Condition};

use crate::{
    accounts::Accounts,
    entity::{login_attempt, refresh_token, session, withdrawn_access},
};

/// How often is looked for work that is due about once an hour.
pub const PAUSE: Duration = Duration::from_mins(10);

/// For how long what was withdrawn is kept after its end, as the clocks of other processes may be behind.
pub const DRIFT: TimeDelta = TimeDelta::seconds(GRACE);

/// Used refresh tokens whose session goes on: one row for each exchange, and a session may be extended for ever. A used
/// token that is not known any more is refused like any other that is not known.
const USED_TOKENS: Rule = Rule {
    table: "refresh_tokens",
    key: &["digest"],
    done_before: |time| Condition::all().add(refresh_token::Column::UsedAt.lt(time)),
    always_after: None,
};

/// With their refresh tokens. A day is for those who look into what happened; no longer, as they say when somebody was
/// there.
const SESSIONS: Rule = Rule {
    table: "sessions",
    key: &["id"],
    done_before: |time| {
        Condition::any().add(session::Column::ExpiresAt.lt(time)).add(session::Column::EndedAt.lt(time))
    },
    always_after: Some(TimeDelta::days(1)),
};

/// Names and addresses that failed to log in.
const ATTEMPTS: Rule = Rule {
    table: "login_attempts",
    key: &["subject"],
    done_before: |time| Condition::all().add(login_attempt::Column::WindowEndsAt.lte(time)),
    always_after: Some(TimeDelta::zero()),
};

const WITHDRAWN: Rule = Rule {
    table: "withdrawn_access",
    key: &["access_id"],
    done_before: |time| Condition::all().add(withdrawn_access::Column::Until.lte(time)),
    always_after: Some(DRIFT),
};

/// What deletes it.
pub fn retention(accounts: &Accounts, keep: Keep) -> Retention {
    let queue = Queue::new(&accounts.database, &accounts.clock);
    Retention::new(queue, keep, [USED_TOKENS, SESSIONS, ATTEMPTS, WITHDRAWN, idempotency::RETENTION])
}

impl Accounts {
    /// Takes away what is over, one batch of each table, keeping what is used for `keep`. Says how many rows that were
    /// (refresh tokens of sessions that are over not counted). For whoever wants to say when, as tests do.
    pub async fn sweep(&self, keep: Keep) -> u64 {
        retention(self, keep).delete().await.all
    }
}
