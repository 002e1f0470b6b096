//! The table `jobs`, as statements see it. The migrations crate makes it.

use chrono::{DateTime, Utc};
use sea_orm::{
    DbBackend, DeriveIden, FromQueryResult,
    sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement},
};
use serde::de::DeserializeOwned;

use super::JobError;

#[derive(Clone, Copy, DeriveIden)]
pub(super) enum Jobs {
    Table,
    Id,
    Topic,
    Key,
    Payload,
    Once,
    Tries,
    DueAt,
    Lease,
    LeasedUntil,
    LastError,
    CreatedAt,
    FinishedAt,
    ParkedAt,
}

/// A job, as its handler sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Job {
    /// Its number. Of two jobs with the same topic and key, the smaller one comes first.
    pub id: i64,
    /// What kind of job it is.
    pub topic: String,
    /// What it is about; jobs about the same thing run one after the other.
    pub key: String,
    /// What else the handler has to know, as JSON.
    pub payload: String,
    /// How often it was begun, this time included.
    pub tries: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Job {
    /// The payload as a `T`. One that this version of the program cannot read is a failure of this job only.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_str(&self.payload)
            .map_err(|error| JobError::Failed(format!("the payload cannot be read: {error}")))
    }

    /// What the job is about, as a value that is written as its key.
    pub fn about<T: std::str::FromStr<Err: std::fmt::Display>>(&self) -> Result<T, JobError> {
        self.key.parse().map_err(|error| JobError::Failed(format!("the key {:?} cannot be read: {error}", self.key)))
    }
}

/// The columns of a [`Job`].
pub(super) const COLUMNS: [Jobs; 6] = [Jobs::Id, Jobs::Topic, Jobs::Key, Jobs::Payload, Jobs::Tries, Jobs::CreatedAt];

fn job(column: Jobs) -> Expr {
    Expr::col(("job", column))
}

/// Selects what can be begun at `now`: due, not parked, held by nobody, and behind no earlier job with its key.
///
/// The conditions on `finished_at` and `parked_at` have no parameters, so that the partial index is known to serve them.
pub(super) fn claimable(topic: &str, key: Option<&str>, now: DateTime<Utc>) -> SelectStatement {
    let earlier = |column| Expr::col(("earlier", column));
    let first = Query::select()
        .expr(Expr::val(1))
        .from_as(Jobs::Table, "earlier")
        .and_where(earlier(Jobs::Topic).equals(("job", Jobs::Topic)))
        .and_where(earlier(Jobs::Key).equals(("job", Jobs::Key)))
        .and_where(earlier(Jobs::FinishedAt).is_null())
        .and_where(earlier(Jobs::ParkedAt).is_null())
        .and_where(earlier(Jobs::Id).lt(job(Jobs::Id)))
        .to_owned();
    let mut select = Query::select();
    select
        .from_as(Jobs::Table, "job")
        .and_where(job(Jobs::Topic).eq(topic))
        .and_where(job(Jobs::FinishedAt).is_null())
        .and_where(job(Jobs::ParkedAt).is_null())
        .and_where(job(Jobs::DueAt).lte(now))
        .cond_where(Condition::any().add(job(Jobs::LeasedUntil).is_null()).add(job(Jobs::LeasedUntil).lte(now)))
        .and_where(Expr::exists(first).not());
    if let Some(key) = key {
        select.and_where(job(Jobs::Key).eq(key));
    }
    select
}

/// For [`super::Handler::discover`]: the condition that there is no job of `topic` about the row whose id is in the column
/// `(table, column)`, waiting, running or parked. The job's key is an [`crate::Id`] with the prefix `prefix`.
pub fn no_open_job(backend: DbBackend, topic: &str, prefix: &str, table: &str, column: &str) -> Expr {
    let id = match backend {
        DbBackend::Sqlite => format!("'{prefix}_' || lower(hex(\"{table}\".\"{column}\"))"),
        _ => format!("'{prefix}_' || replace(\"{table}\".\"{column}\"::text, '-', '')"),
    };
    let open = Query::select()
        .expr(Expr::val(1))
        .from(Jobs::Table)
        .and_where(Expr::col((Jobs::Table, Jobs::Topic)).eq(topic))
        .and_where(Expr::col((Jobs::Table, Jobs::Key)).eq(Expr::cust(id)))
        .and_where(Expr::col((Jobs::Table, Jobs::FinishedAt)).is_null())
        .to_owned();
    Expr::exists(open).not()
}
