//! Deletes what is long done, in batches that hold no lock for long.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Condition, Expr, ExprTrait as _, Query},
};

use super::{Handler, Job, JobError, Next, Queue, Topic, Worker, enqueue_once};

/// How many rows of a table one round deletes at most.
const BATCH: u64 = 5000;
/// The pause after a round that left nothing, and after one that may have.
const PAUSE: TimeDelta = TimeDelta::hours(1);
const SHORT_PAUSE: TimeDelta = TimeDelta::seconds(10);

const TOPIC: Topic = Topic::recurring("retention");

/// How long what is done is kept, for those who look into what happened; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep(pub Option<TimeDelta>);

impl Default for Keep {
    /// 30 days.
    fn default() -> Self {
        Self(Some(TimeDelta::days(30)))
    }
}

/// The setting of how long what is done is kept. A process has it once, whatever domains it holds.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)]
pub struct RetentionArgs {
    /// How long what is done is kept (finished jobs, used idempotency keys and refresh tokens, released reservations,
    /// rejected orders), in days; 0 is for ever
    #[arg(
        long,
        env = "RETENTION_DAYS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(0..=36_500),
        value_name = "DAYS"
    )]
    retention_days: u32,
}

impl RetentionArgs {
    /// How long that is.
    pub fn keep(&self) -> Keep {
        Keep((self.retention_days > 0).then(|| TimeDelta::days(self.retention_days.into())))
    }
}

/// Which rows of a table are done for good.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// The columns of its primary key.
    pub key: &'static [&'static str],
    /// The condition under which a row goes that was done before a time. An index has to serve it.
    pub done_before: fn(DateTime<Utc>) -> Condition,
    /// How long its rows are kept, where that is not the operator's to say: what nobody has a use for, or what must not be
    /// kept. `None`: as long as [`Keep`] says.
    pub always_after: Option<TimeDelta>,
}

/// Deletes what is done in every table that it is told of, and jobs and messages of the inbox.
#[derive(Clone, Debug)]
pub struct Retention {
    queue: Queue,
    keep: Keep,
    rules: Vec<Rule>,
}

impl Retention {
    /// Keeps to these rules, and what is done for so long, in the database of `queue`.
    pub fn new(queue: Queue, keep: Keep, rules: impl IntoIterator<Item = Rule>) -> Self {
        let rule = |table, key, done_before| Rule { table, key, done_before, always_after: None };
        let jobs = rule("jobs", &["id"], |time| before("finished_at", time));
        let inbox = rule("inbox", &["consumer", "message_id"], |time| before("received_at", time));
        Self { queue, keep, rules: rules.into_iter().chain([jobs, inbox]).collect() }
    }

    /// A worker that does so about once an hour.
    pub fn worker(self) -> Worker {
        Worker::new(self.queue.clone(), TOPIC, self)
    }

    /// Deletes one batch of each table, and says how many rows went of the table that lost most, and of all.
    pub async fn delete(&self) -> Deleted {
        let (now, mut deleted) = (self.queue.clock.now(), Deleted::default());
        for rule in &self.rules {
            let Some(keep) = rule.always_after.or(self.keep.0) else { continue };
            let condition = (rule.done_before)(now - keep);
            match delete_batch(self.queue.database.writer(), rule.table, rule.key, condition, BATCH).await {
                Ok(rows) => {
                    tracing::debug!(table = rule.table, deleted = rows, "what was done long ago is deleted");
                    deleted.most = Ord::max(deleted.most, rows);
                    deleted.all += rows;
                }
                // The other tables have nothing to do with it.
                Err(error) => tracing::warn!(table = rule.table, %error, "what was done long ago cannot be deleted"),
            }
        }
        deleted
    }
}

/// What a round has deleted, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Of the table that lost most.
    pub most: u64,
    /// Of all tables together.
    pub all: u64,
}

fn before(column: &'static str, time: DateTime<Utc>) -> Condition {
    Condition::all().add(Expr::col(column).lt(time))
}

#[async_trait]
impl Handler for Retention {
    async fn handle(&self, _: &Job) -> Result<Next, JobError> {
        let is_over = self.delete().await.most < BATCH;
        Ok(Next::Repeat(if is_over { PAUSE } else { SHORT_PAUSE }))
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        retention: RetentionArgs,
    }

    #[test]
    fn days_are_a_setting_and_none_is_for_ever() {
        let keep = |arguments: &[&str]| {
            let all = ["any"].iter().chain(arguments);
            Cli::try_parse_from(all).map(|cli| cli.retention.keep().0).ok()
        };
        assert_eq!(keep(&[]), Some(Keep::default().0));
        assert_eq!(keep(&["--retention-days", "0"]), Some(None));
        assert_eq!(keep(&["--retention-days", "7"]), Some(Some(TimeDelta::days(7))));
        assert_eq!(keep(&["--retention-days", "-1"]), None);
        assert_eq!(keep(&["--retention-days", "36501"]), None);
    }
}
