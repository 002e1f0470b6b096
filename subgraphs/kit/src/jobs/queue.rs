//! Jobs in the database: added, claimed by a lease, and marked by whoever holds the lease.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult as _,
    sea_query::{Condition, Expr, ExprTrait as _, LockBehavior, LockType, OnConflict, Query, UpdateStatement},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Job, JobError, Topic,
    table::{COLUMNS, Jobs, claimable},
};
use crate::{Clock, Database, random};

/// The longest text of an error that is kept, in characters.
const MAX_ERROR: usize = 500;

/// What is written down of a worker whose lease ended without a word.
pub(super) const ABANDONED: &str = "The worker ended, or was too slow, without saying how the job went.";

/// Adds a job that is due at once, in the transaction of its cause.
///
/// Jobs about one key keep the order in which they were added as long as those who add them exclude each other, by a
/// lock on the row that the key names.
pub async fn enqueue(
    db: &impl ConnectionTrait,
    topic: &Topic,
    key: impl ToString,
    payload: &impl Serialize,
    clock: &Clock,
) -> Result<(), DbErr> {
    insert(db, topic, key.to_string(), payload, clock.now(), false).await.map(drop)
}

/// Adds a job unless there is one with the same topic and key that was added in this way and is not done. Parked ones
/// count: what is parked does not come back by itself.
pub async fn enqueue_once(
    db: &impl ConnectionTrait,
    topic: &Topic,
    key: impl ToString,
    payload: &impl Serialize,
    clock: &Clock,
) -> Result<bool, DbErr> {
    insert(db, topic, key.to_string(), payload, clock.now(), true).await
}

async fn insert(
    db: &impl ConnectionTrait,
    topic: &Topic,
    key: String,
    payload: &impl Serialize,
    now: DateTime<Utc>,
    once: bool,
) -> Result<bool, DbErr> {
    let payload = serde_json::to_string(payload).map_err(|error| DbErr::Json(error.to_string()))?;
    let mut insert = Query::insert();
    insert
        .into_table(Jobs::Table)
        .columns([Jobs::Topic, Jobs::Key, Jobs::Payload, Jobs::Once, Jobs::Tries, Jobs::DueAt, Jobs::CreatedAt])
        .values_panic([topic.name.into(), key.into(), payload.into(), once.into(), 0.into(), now.into(), now.into()]);
    if once {
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
    }
    Ok(db.execute(&insert).await?.rows_affected() == 1)
}

/// The right to work on a job until its end, and to say how it ended.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The job.
    pub job: Job,
    token: Uuid,
    /// Whether the try before this one ended without a word.
    pub(super) abandoned: bool,
}

/// The jobs of one database.
#[derive(Clone, Debug)]
pub struct Queue {
    pub(super) database: Database,
    pub(super) clock: Clock,
}

impl Queue {
    /// The jobs in `database`, which are due by `clock`.
    pub fn new(database: &Database, clock: &Clock) -> Self {
        Self { database: database.clone(), clock: clock.clone() }
    }

    /// Whether a job of `topic` could be begun now. A cheap read: on SQLite looking for work does not queue with those who
    /// write.
    pub(super) async fn has_due(&self, topic: &Topic) -> Result<bool, DbErr> {
        let mut due = claimable(topic.name, None, self.clock.now());
        Ok(self.database.connection().query_one(due.expr(Expr::val(1)).limit(1)).await?.is_some())
    }

    /// Takes a job that is due, of one key where one is named: the one that was tried least, so that what fails again and
    /// again holds up nothing that is new, and of those the one that has been due for longest. One statement: on PostgreSQL it passes
    /// over what others are claiming at this moment (`FOR UPDATE SKIP LOCKED`), on SQLite others wait for it.
    pub async fn claim(&self, topic: &Topic, key: Option<&str>) -> Result<Option<Lease>, DbErr> {
        let (now, token) = (self.clock.now(), random::uuid());
        let mut next = claimable(topic.name, key, now);
        next.column(("job", Jobs::Id))
            .order_by(("job", Jobs::Tries), sea_orm::Order::Asc)
            .order_by(("job", Jobs::DueAt), sea_orm::Order::Asc)
            .order_by(("job", Jobs::Id), sea_orm::Order::Asc)
            .limit(1)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        // One row, compared by `=`: with `IN`, PostgreSQL may run a sub-query that locks more than once.
        let next = Expr::SubQuery(None, Box::new(next.into()));
        let held = Expr::col(Jobs::Lease).is_not_null();
        let error = Expr::case(held, Expr::val(ABANDONED)).finally(Expr::col(Jobs::LastError));
        let until = now.checked_add_signed(topic.lease()).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let claim = Query::update()
            .table(Jobs::Table)
            .value(Jobs::Lease, token)
            .value(Jobs::LeasedUntil, until)
            .value(Jobs::Tries, Expr::col(Jobs::Tries).add(1))
            .value(Jobs::LastError, Expr::Case(Box::new(error)))
            .and_where(Expr::col(Jobs::Id).eq(next))
            .cond_where(
                Condition::any().add(Expr::col(Jobs::LeasedUntil).is_null()).add(Expr::col(Jobs::LeasedUntil).lte(now)),
            )
            .returning(Query::returning().columns(COLUMNS.into_iter().chain([Jobs::LastError])))
            .to_owned();
        let Some(row) = self.database.writer().query_one(&claim).await? else { return Ok(None) };
        let error: Option<String> = row.try_get("", "last_error")?;
        Ok(Some(Lease {
            job: Job::from_query_result(&row, "")?,
            token,
            abandoned: error.as_deref() == Some(ABANDONED),
        }))
    }

    /// The job is done. `false`: the lease had gone to another worker.
    pub async fn finish(&self, lease: &Lease) -> Result<bool, DbErr> {
        let update = Query::update()
            .value(Jobs::FinishedAt, self.clock.now())
            .value(Jobs::LastError, Option::<String>::None)
            .to_owned();
        self.mark(lease, update).await
    }

    /// The job comes back after `pause`, as if it were new.
    pub async fn repeat(&self, lease: &Lease, pause: TimeDelta) -> Result<bool, DbErr> {
        let update = Query::update()
            .value(Jobs::DueAt, self.clock.now() + pause)
            .value(Jobs::Tries, 0)
            .value(Jobs::LastError, Option::<String>::None)
            .to_owned();
        self.mark(lease, update).await
    }

    /// The job could not be done: it is tried again after a pause, or parked when `topic` has tried for long enough.
    /// Says whether it was parked; `None`: the lease had gone to another worker.
    pub async fn fail(&self, topic: &Topic, lease: &Lease, error: &JobError) -> Result<Option<bool>, DbErr> {
        let (now, job) = (self.clock.now(), &lease.job);
        let waited = now - job.created_at;
        let over = !error.is_transient() || topic.patience.is_some_and(|patience| waited >= patience);
        let park = job.tries >= topic.max_tries && over;
        let text: String = error.to_string().chars().filter(|c| *c != '\0').take(MAX_ERROR).collect();
        let update = Query::update()
            .value(Jobs::DueAt, now + topic.pause(job.tries, random::unit()))
            .value(Jobs::ParkedAt, park.then_some(now))
            .value(Jobs::LastError, text)
            .to_owned();
        Ok(self.mark(lease, update).await?.then_some(park))
    }

    /// Gives the job back as if it had not been claimed: the worker has to end.
    pub async fn release(&self, lease: &Lease) -> Result<bool, DbErr> {
        let update = Query::update().value(Jobs::Tries, Expr::col(Jobs::Tries).sub(1)).to_owned();
        self.mark(lease, update).await
    }

    /// Ends a lease with these changes, unless another worker has the job by now.
    async fn mark(&self, lease: &Lease, mut changes: UpdateStatement) -> Result<bool, DbErr> {
        changes
            .table(Jobs::Table)
            .value(Jobs::Lease, Option::<Uuid>::None)
            .value(Jobs::LeasedUntil, Option::<DateTime<Utc>>::None)
            .and_where(Expr::col(Jobs::Id).eq(lease.job.id))
            .and_where(Expr::col(Jobs::Lease).eq(lease.token));
        Ok(self.database.writer().execute(&changes).await?.rows_affected() == 1)
    }

    /// When the first job about each of these keys that is not done runs next, by key: `None` for one that is parked. A
    /// running one is due when its lease ends.
    pub async fn due(&self, topic: &Topic, keys: Vec<String>) -> Result<HashMap<String, Option<DateTime<Utc>>>, DbErr> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let open = Query::select()
            .columns([Jobs::Key, Jobs::DueAt, Jobs::LeasedUntil, Jobs::ParkedAt])
            .from(Jobs::Table)
            .and_where(Expr::col(Jobs::Topic).eq(topic.name))
            .and_where(Expr::col(Jobs::Key).is_in(keys))
            .and_where(Expr::col(Jobs::FinishedAt).is_null())
            .order_by(Jobs::Id, sea_orm::Order::Asc)
            .to_owned();
        let mut due = HashMap::new();
        for row in self.database.connection().query_all(&open).await? {
            let (at, parked): (DateTime<Utc>, Option<DateTime<Utc>>) =
                (row.try_get("", "due_at")?, row.try_get("", "parked_at")?);
            let leased: Option<DateTime<Utc>> = row.try_get("", "leased_until")?;
            let next = parked.is_none().then_some(leased.map_or(at, |leased| Ord::max(leased, at)));
            due.entry(row.try_get("", "key")?).or_insert(next);
        }
        Ok(due)
    }

    /// Whether a job with this topic and key waits or runs; a parked one does neither.
    pub async fn is_pending(&self, topic: &Topic, key: impl ToString) -> Result<bool, DbErr> {
        let pending = Query::select()
            .expr(Expr::val(1))
            .from(Jobs::Table)
            .and_where(Expr::col(Jobs::Topic).eq(topic.name))
            .and_where(Expr::col(Jobs::Key).eq(key.to_string()))
            .and_where(Expr::col(Jobs::FinishedAt).is_null())
            .and_where(Expr::col(Jobs::ParkedAt).is_null())
            .limit(1)
            .to_owned();
        Ok(self.database.connection().query_one(&pending).await?.is_some())
    }
}
