//! Orders that products never answered, and to which nobody came back with their key, are given up.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next, Topic, Worker};

use super::{BATCH, add_jobs};
use crate::{
    domain::{Effect, OrderId, OrderStatus},
    outbox::deliver,
    repository,
    shop::Shop,
};

const TOPIC: Topic = Topic::new("abandon-order");

pub(super) fn worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), TOPIC, AbandonHandler(shop.clone()))
}

struct AbandonHandler(Shop);

#[async_trait]
impl Handler for AbandonHandler {
    async fn discover(&self) -> kit::Result<()> {
        let (shop, db) = (&self.0, self.0.database.connection());
        let time = shop.clock.now() - shop.patience.unanswered;
        add_jobs(shop, &TOPIC, repository::order::unanswered(db, time, TOPIC.name, BATCH).await?).await
    }

    /// Rejects the order. Its key is free again, and products is told to hold nothing for it, now or when a late request
    /// arrives there.
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (shop, order) = (&self.0, job.about::<OrderId>()?);
        let tx = shop.database.begin_write().await?;
        let order = repository::order::lock(&tx, order).await?;
        // It may have been taken up, or cancelled, a moment ago.
        let Some(order) = order.filter(|order| order.status == OrderStatus::Pending) else { return Ok(Next::Done) };
        let step =
            order.reject("The order could not be completed.").map_err(|wrong| JobError::Failed(wrong.message))?;
        if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_none() {
            return Err(JobError::Failed(format!("{} changed under its lock", order.id)));
        }
        repository::key::forget_placement(&tx, order.id).await?;
        tx.commit().await?;
        deliver(shop, order.id, Effect::Release).await;
        Ok(Next::Done)
    }
}
