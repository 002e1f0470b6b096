//! Orders that nobody paid in time give their stock back.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next, Topic, Worker};

use super::{BATCH, add_jobs};
use crate::{
    domain::{Effect, OrderId},
    outbox::deliver,
    repository,
    shop::Shop,
};

const TOPIC: Topic = Topic::new("expire-order");

pub(super) fn worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), TOPIC, ExpiryHandler(shop.clone()))
}

struct ExpiryHandler(Shop);

#[async_trait]
impl Handler for ExpiryHandler {
    async fn discover(&self) -> kit::Result<()> {
        let (shop, db) = (&self.0, self.0.database.connection());
        let overdue = repository::order::overdue(db, shop.clock.now(), TOPIC.name, BATCH).await?;
        add_jobs(shop, &TOPIC, overdue).await
    }

    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (shop, order) = (&self.0, job.about::<OrderId>()?);
        let tx = shop.database.begin_write().await?;
        // Read under the lock: it may have been paid a moment ago.
        let Some(order) = repository::order::lock(&tx, order).await? else { return Ok(Next::Done) };
        let Some(step) = order.expire(shop.clock.now()) else { return Ok(Next::Done) };
        if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_none() {
            return Err(JobError::Failed(format!("{} changed under its lock", order.id)));
        }
        tx.commit().await?;
        deliver(shop, order.id, Effect::Release).await;
        Ok(Next::Done)
    }
}
