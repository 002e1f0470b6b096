//! Deletes what is long done, in batches that hold no lock for long.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Condition, Expr, ExprTrait as _, Query},
};

use super::{Handler, Job, JobError, Next, Queue, Topic, Worker, enqueue_once};

/// How long what is done is kept, for those who look into what happened.
pub const KEEP: TimeDelta = TimeDelta::days(30);

/// How many rows of a table one round deletes at most.
const BATCH: u64 = 5000;
/// The pause after a round that left nothing, and after one that may have.
const PAUSE: TimeDelta = TimeDelta::hours(1);
const SHORT_PAUSE: TimeDelta = TimeDelta::seconds(10);

const TOPIC: Topic = Topic::recurring("retention");

/// Which rows of a table are done for good.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// The columns of its primary key.
    pub key: &'static [&'static str],
    /// The condition under which a row goes that was done before a time. An index has to serve it.
    pub done_before: fn(DateTime<Utc>) -> Condition,
}

/// Deletes what is done in every table that it is told of, and jobs and messages of the inbox, after [`KEEP`].
#[derive(Clone, Debug)]
pub struct Retention {
    queue: Queue,
    rules: Vec<Rule>,
}

impl Retention {
    /// A worker that keeps to these rules, in the database of `queue`.
    pub fn worker(queue: Queue, rules: impl IntoIterator<Item = Rule>) -> Worker {
        let jobs = Rule { table: "jobs", key: &["id"], done_before: |time| before("finished_at", time) };
        let inbox =
            Rule { table: "inbox", key: &["consumer", "message_id"], done_before: |time| before("received_at", time) };
        let rules = rules.into_iter().chain([jobs, inbox]).collect();
        Worker::new(queue.clone(), TOPIC, Self { queue, rules })
    }
}

fn before(column: &'static str, time: DateTime<Utc>) -> Condition {
    Condition::all().add(Expr::col(column).lt(time))
}

#[async_trait]
impl Handler for Retention {
    async fn handle(&self, _: &Job) -> Result<Next, JobError> {
        let (before, mut pause) = (self.queue.clock.now() - KEEP, PAUSE);
        for rule in &self.rules {
            let condition = (rule.done_before)(before);
            match delete_batch(self.queue.database.writer(), rule.table, rule.key, condition, BATCH).await {
                Ok(deleted) => {
                    tracing::debug!(table = rule.table, deleted, "what was done long ago is deleted");
                    if deleted >= BATCH {
                        pause = SHORT_PAUSE;
                    }
                }
                // The other tables have nothing to do with it.
                Err(error) => tracing::warn!(table = rule.table, %error, "what was done long ago cannot be deleted"),
            }
        }
        Ok(Next::Repeat(pause))
    }

    async fn discover(&self) -> crate::Result<()> {
        let topic = &TOPIC;
        if !self.queue.is_pending(topic, TOPIC.name).await? {
            enqueue_once(self.queue.database.writer(), topic, TOPIC.name, &(), &self.queue.clock).await?;
        }
        Ok(())
    }
}

/// Deletes at most `limit` rows of `table`, whose primary key are the columns `key`, for which `condition` holds. Says
/// how many went.
pub async fn delete_batch(
    db: &impl ConnectionTrait,
    table: &'static str,
    key: &[&'static str],
    condition: Condition,
    limit: u64,
) -> Result<u64, DbErr> {
    let batch = Query::select().columns(key.iter().copied()).from(table).cond_where(condition).limit(limit).to_owned();
    let key = match key {
        [column] => Expr::col(*column),
        columns => Expr::tuple(columns.iter().map(|column| Expr::col(*column))),
    };
    let delete = Query::delete().from_table(table).and_where(key.in_subquery(batch)).to_owned();
    Ok(db.execute(&delete).await?.rows_affected())
}
