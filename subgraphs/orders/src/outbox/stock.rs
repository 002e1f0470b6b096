//! Messages to products about held stock.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next};

use crate::{
    domain::{OrderId, OrderStatus},
    remote::ReservationState,
    repository::{self, outbox::StockMessage},
    shop::{Shop, nobody},
};

pub(super) struct StockHandler(pub Shop);

#[async_trait]
impl Handler for StockHandler {
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (order, message) = (job.about::<OrderId>()?, job.read()?);
        if self.is_overtaken(order, message).await? {
            return Ok(Next::Done);
        }
        match message {
            StockMessage::Consume => self.0.products.consume(order, &nobody()).await?,
            StockMessage::Release { attempt } => self.0.products.release(order, attempt, &nobody()).await?,
        }
        Ok(Next::Done)
    }
}

impl StockHandler {
    /// Whether the order has gone on since in a way that only a repair can: what was sold is no sale, or what was to be
    /// free is sold. Its message must not be heard any more.
    async fn is_overtaken(&self, order: OrderId, message: StockMessage) -> Result<bool, JobError> {
        let Some(order) = repository::order::by_id(self.0.database.connection(), order).await? else {
            return Ok(false);
        };
        match (message, order.status) {
            (StockMessage::Consume, OrderStatus::Cancelled) => Ok(true),
            (StockMessage::Consume, OrderStatus::Refunded) => {
                let known = self.0.products.reservation(order.id).await?;
                Ok(known.is_none_or(|known| known.state == ReservationState::Released))
            }
            (StockMessage::Release { attempt }, OrderStatus::Paid | OrderStatus::Fulfilled) => {
                Ok(attempt >= order.attempt)
            }
            _ => Ok(false),
        }
    }
}
