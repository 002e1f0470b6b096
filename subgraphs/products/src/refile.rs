//! Files the products of a category anew after it was moved or renamed.
//!
//! There may be a million of them, so it is not done in the transaction of the change but by jobs that are stored in it:
//! the mutation runs them at once and waits a moment, which is enough for a thousand products; what takes longer goes on
//! behind its answer. Until then, lists of what stands above, and the search, know the products as they were.

use std::time::Duration;

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next, Queue, Topic, Worker, enqueue};
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{CategoryId, ProductId},
    repository::filing,
    shop::Shop,
};

/// How often is looked for jobs that nobody runs: those of a process that died, or whose mutation did not wait.
pub const PAUSE: Duration = Duration::from_secs(5);

/// How long a mutation waits for them.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many products are filed in one transaction.
const BATCH: u64 = 200;
/// How many transactions a job has; what is left is another job's, so that none takes long and progress is kept.
const BATCHES: usize = 25;

const TOPIC: Topic = Topic { deadline: Duration::from_mins(2), ..Topic::new("refile-category") };

/// The worker that does it.
pub fn worker(shop: &Shop) -> Worker {
    Worker::new(Queue::new(&shop.database, &shop.clock), TOPIC, Filer(shop.clone()))
}

/// The products of `category` have to be filed anew: said in the transaction of the change.
pub(crate) async fn announce(
    connection: &impl ConnectionTrait,
    clock: &kit::Clock,
    category: CategoryId,
) -> Result<(), DbErr> {
    enqueue(connection, &TOPIC, category, &None::<ProductId>, clock).await
}

/// Does what was announced, as far as that goes while somebody waits.
pub(crate) async fn at_once(shop: &Shop, category: CategoryId) {
    worker(shop).run_key(category, PATIENCE).await;
}

struct Filer(Shop);

#[async_trait]
impl Handler for Filer {
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (category, mut after) = (job.about::<CategoryId>()?, job.read::<Option<ProductId>>()?);
        let Shop { database, clock, .. } = &self.0;
        for _ in 0..BATCHES {
            after = filing::file_next(database, category, after, BATCH).await?;
            if after.is_none() {
                return Ok(Next::Done);
            }
        }
        enqueue(database.writer(), &TOPIC, category, &after, clock).await?;
        Ok(Next::Done)
    }
}
