//! Takes away what nobody needs any more.

use chrono::{DateTime, TimeDelta, Utc};
use kit::jobs::{Rule, delete_batch};
use schema::revocation::GRACE;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::entity::{login_attempt, refresh_token, session, withdrawn_access};

/// Used refresh tokens whose session goes on: one row for each exchange, and a session may be extended for ever. A used
/// token that is not known any more is refused like any other that is not known.
const USED_TOKENS: Rule = Rule {
    table: "refresh_tokens",
    key: &["digest"],
    done_before: |time| Condition::all().add(refresh_token::Column::UsedAt.lt(time)),
};

/// How many used refresh tokens one round deletes at most.
const BATCH: u64 = 10_000;

/// Deletes refresh tokens that were used before `time`, one batch; says how many.
pub async fn used_tokens(db: &impl ConnectionTrait, time: DateTime<Utc>) -> Result<u64, DbErr> {
    delete_batch(db, USED_TOKENS.table, USED_TOKENS.key, (USED_TOKENS.done_before)(time), BATCH).await
}

/// For how long what was withdrawn is kept after its end, as the clocks of other processes may be behind.
pub const DRIFT: TimeDelta = TimeDelta::seconds(GRACE);

/// Deletes sessions that ended or expired before `sessions_before` with their refresh tokens, and counts and
/// withdrawals that were over at `now`. Says how many rows went, refresh tokens not counted.
pub async fn sweep(
    db: &impl ConnectionTrait,
    sessions_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let over = Condition::any()
        .add(session::Column::ExpiresAt.lt(sessions_before))
        .add(session::Column::EndedAt.lt(sessions_before));
    let sessions = session::Entity::delete_many().filter(over).exec(db).await?;
    let attempts =
        login_attempt::Entity::delete_many().filter(login_attempt::Column::WindowEndsAt.lte(now)).exec(db).await?;
    let withdrawn = withdrawn_access::Entity::delete_many()
        .filter(withdrawn_access::Column::Until.lte(now - DRIFT))
        .exec(db)
        .await?;
    Ok(sessions.rows_affected + attempts.rows_affected + withdrawn.rows_affected)
}
