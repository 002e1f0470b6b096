//! Addresses of orders that their customers want to keep.

use async_trait::async_trait;
use kit::jobs::{Handler, Job, JobError, Next};

use crate::{domain::OrderId, repository, shop::Shop};

pub(super) struct AddressHandler(pub Shop);

#[async_trait]
impl Handler for AddressHandler {
    async fn handle(&self, job: &Job) -> Result<Next, JobError> {
        let (shop, id) = (&self.0, job.about::<OrderId>()?);
        if let Some(order) = repository::order::by_id(shop.database.connection(), id).await? {
            shop.users.save_address(order.id, order.customer, &order.address).await?;
        }
        Ok(Next::Done)
    }
}
