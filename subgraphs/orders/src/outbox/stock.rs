//! Messages to products about held stock.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next};

use crate::{
    domain::OrderId,
    repository::outbox::StockMessage,
    shop::{Shop, nobody},
};

pub(super) struct StockHandler(pub Shop);

#[async_trait]
impl Handler for StockHandler {
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (order, products) = (job.about::<OrderId>()?, &self.0.products);
        match job.read()? {
            StockMessage::Consume => products.consume(order, &nobody()).await?,
            StockMessage::Release { attempt } => products.release(order, attempt, &nobody()).await?,
        }
        Ok(Next::Done)
    }
}
