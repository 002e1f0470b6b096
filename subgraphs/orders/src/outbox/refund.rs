//! Money that goes back.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next};

use crate::{
    repository::{self, outbox::RefundMessage},
    shop::Shop,
};

pub(super) struct RefundHandler(pub Shop);

#[async_trait]
impl Handler for RefundHandler {
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (shop, RefundMessage { payment }) = (&self.0, job.read()?);
        shop.provider.refund(payment).await.map_err(|down| JobError::Unavailable(down.to_string()))?;
        repository::payment::refunded(shop.database.writer(), payment, shop.clock.now()).await?;
        Ok(Next::Done)
    }
}
