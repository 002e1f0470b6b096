//! Payments in doubt: the provider is asked what became of the charge, until it knows.

use async_trait::async_trait;
use chrono::TimeDelta;
use kit::jobs::{Handler, Job, JobError, Next, Topic, Worker};

use super::{BATCH, add_jobs};
use crate::{
    domain::{PaymentId, PaymentStatus},
    provider::Charge,
    purchase::{Settled, doubt, settle},
    repository,
    shop::Shop,
};

/// A provider that does not know yet is asked for ever, once an hour in the end: as long as nobody knows whether the money
/// was taken, the order can be neither paid again nor written off.
pub(crate) const TOPIC: Topic =
    Topic { patience: None, max_pause: TimeDelta::hours(1), ..Topic::new("settle-payment") };

pub(super) fn worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), TOPIC, ChargeHandler(shop.clone()))
}

struct ChargeHandler(Shop);

#[async_trait]
impl Handler for ChargeHandler {
    async fn discover(&self) -> kit::Result<()> {
        let (shop, db) = (&self.0, self.0.database.connection());
        let time = shop.clock.now() - shop.patience.in_doubt;
        add_jobs(shop, &TOPIC, repository::payment::open_since(db, time, TOPIC.name, BATCH).await?).await
    }

    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (shop, id) = (&self.0, job.about::<PaymentId>()?);
        let payment = repository::payment::by_id(shop.database.connection(), id).await?;
        let Some(payment) = payment.filter(|payment| payment.status == PaymentStatus::Pending) else {
            return Ok(Next::Done);
        };
        let lookup = tokio::time::timeout(shop.patience.charge, shop.provider.lookup(id)).await;
        let Some(outcome) = lookup.ok().and_then(Charge::outcome) else {
            // Whoever was to note it may have ended before.
            doubt(shop, &payment).await?;
            return Err(JobError::Unavailable("the payment provider does not know yet".to_owned()));
        };
        match settle(shop, &payment, &outcome).await? {
            Settled::Yes => Ok(Next::Done),
            Settled::NotYet => Err(JobError::Unavailable("late money waits until products answers".to_owned())),
        }
    }
}
