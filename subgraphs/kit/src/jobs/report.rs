//! What operators see of the jobs, and what they can do about parked ones.

use std::fmt;

use chrono::{DateTime, Utc};
use sea_orm::{
    DbErr, FromQueryResult,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};

use super::{Queue, table::Jobs};

/// What is the matter with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum State {
    /// It waits for its time, for an earlier job with its key, or for a worker.
    Waiting,
    /// A worker has a lease on it.
    Running,
    /// It was tried too often, and waits for an operator.
    Parked,
    /// It is done.
    Done,
}

/// A job, as `jobs list` shows it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// What kind of job it is.
    pub topic: String,
    /// What it is about.
    pub key: String,
    /// How often it was begun.
    pub tries: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub due_at: DateTime<Utc>,
    /// Until when a worker has it.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it was given up.
    pub parked_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// How many jobs of a topic there are.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// The topic.
    pub topic: String,
    /// Neither done nor parked; those that run are among them.
    pub open: i64,
    /// Of these, those that failed at least once.
    pub retried: i64,
    /// Parked.
    pub parked: i64,
    /// Done, and not deleted yet.
    pub done: i64,
    /// When the oldest open one was added.
    pub oldest_open: Option<DateTime<Utc>>,
}

impl Entry {
    /// What is the matter with it at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.finished_at.is_some() {
            State::Done
        } else if self.parked_at.is_some() {
            State::Parked
        } else if self.leased_until.is_some_and(|until| until > now) {
            State::Running
        } else {
            State::Waiting
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Done => "done",
        })
    }
}

fn col(column: Jobs) -> Expr {
    Expr::col(column)
}

fn is_open() -> Expr {
    col(Jobs::FinishedAt).is_null().and(col(Jobs::ParkedAt).is_null())
}

/// How many rows there are for which `condition` holds.
fn number(condition: Expr) -> Expr {
    Expr::Case(Box::new(Expr::case(condition, Expr::val(1)).finally(Expr::val(0)))).sum()
}

impl Queue {
    /// At most `limit` jobs in one state, or in any, of one topic, or of all; the oldest first.
    pub async fn list(&self, state: Option<State>, topic: Option<&str>, limit: u64) -> Result<Vec<Entry>, DbErr> {
        let now = self.clock.now();
        let mut select = Query::select();
        select
            .columns([Jobs::Id, Jobs::Topic, Jobs::Key, Jobs::Tries, Jobs::CreatedAt, Jobs::DueAt])
            .columns([Jobs::LeasedUntil, Jobs::ParkedAt, Jobs::FinishedAt, Jobs::LastError])
            .from(Jobs::Table)
            .order_by(Jobs::Id, sea_orm::Order::Asc)
            .limit(limit);
        let leased = col(Jobs::LeasedUntil).gt(now);
        match state {
            Some(State::Waiting) => {
                select.and_where(is_open()).and_where(col(Jobs::LeasedUntil).is_null().or(leased.not()))
            }
            Some(State::Running) => select.and_where(is_open()).and_where(leased),
            Some(State::Parked) => {
                select.and_where(col(Jobs::FinishedAt).is_null()).and_where(col(Jobs::ParkedAt).is_not_null())
            }
            Some(State::Done) => select.and_where(col(Jobs::FinishedAt).is_not_null()),
            None => &mut select,
        };
        if let Some(topic) = topic {
            select.and_where(col(Jobs::Topic).eq(topic));
        }
        self.all(&select).await
    }

    /// How many jobs there are of each topic, in the order of their names.
    pub async fn counts(&self) -> Result<Vec<Counts>, DbErr> {
        let opened = Expr::Case(Box::new(
            Expr::case(is_open(), col(Jobs::CreatedAt)).finally(Expr::val(Option::<DateTime<Utc>>::None)),
        ));
        let select = Query::select()
            .column(Jobs::Topic)
            .expr_as(number(is_open()), "open")
            .expr_as(number(is_open().and(col(Jobs::Tries).gt(0)).and(col(Jobs::LastError).is_not_null())), "retried")
            .expr_as(number(col(Jobs::FinishedAt).is_null().and(col(Jobs::ParkedAt).is_not_null())), "parked")
            .expr_as(number(col(Jobs::FinishedAt).is_not_null()), "done")
            .expr_as(opened.min(), "oldest_open")
            .from(Jobs::Table)
            .group_by_columns([Jobs::Topic])
            .order_by(Jobs::Topic, sea_orm::Order::Asc)
            .to_owned();
        self.all(&select).await
    }

    /// Lets parked jobs be tried again, as if they were new: those with these numbers, or all of one topic, or all. Says
    /// how many there were.
    pub async fn retry(&self, ids: Option<&[i64]>, topic: Option<&str>) -> Result<u64, DbErr> {
        let mut update = Query::update();
        update
            .table(Jobs::Table)
            .value(Jobs::ParkedAt, Option::<DateTime<Utc>>::None)
            .value(Jobs::Tries, 0)
            .value(Jobs::DueAt, self.clock.now())
            // The patience with those who do not answer begins anew.
            .value(Jobs::CreatedAt, self.clock.now())
            .and_where(col(Jobs::FinishedAt).is_null())
            .and_where(col(Jobs::ParkedAt).is_not_null());
        if let Some(ids) = ids {
            update.and_where(col(Jobs::Id).is_in(ids.iter().copied()));
        }
        if let Some(topic) = topic {
            update.and_where(col(Jobs::Topic).eq(topic));
        }
        Ok(sea_orm::ConnectionTrait::execute(self.database.writer(), &update).await?.rows_affected())
    }

    async fn all<T: FromQueryResult>(&self, select: &SelectStatement) -> Result<Vec<T>, DbErr> {
        let rows = sea_orm::ConnectionTrait::query_all(self.database.connection(), select).await?;
        rows.iter().map(|row| T::from_query_result(row, "")).collect()
    }
}
