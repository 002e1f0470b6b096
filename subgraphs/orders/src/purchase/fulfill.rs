//! `fulfillOrder`: the goods have left.

use super::any_order;
use crate::{
    domain::{Order, OrderId},
    refusal::Denied,
    repository,
    shop::Shop,
};

/// Marks a paid order as shipped. Who may, is the schema's to guard.
pub async fn fulfill(shop: &Shop, id: OrderId) -> Result<Order, Denied> {
    let tx = shop.database.begin_write().await?;
    let order = any_order(&tx, id).await?;
    let step = order.fulfill(shop.clock.now())?;
    let fulfilled = repository::order::advance(&tx, &order, &step, &shop.clock).await?;
    let fulfilled = fulfilled.ok_or_else(|| kit::Failure::internal(format_args!("{id} changed under its lock")))?;
    tx.commit().await?;
    Ok(fulfilled)
}
