//! The provider does not say what became of a charge: the order notes it, so that whoever waits sees it move.

use super::settle::go;
use crate::{
    domain::{Payment, PaymentStatus},
    refusal::Denied,
    repository,
    shop::Shop,
};

/// Notes that nobody knows what became of this payment, once per payment. Nothing is noted of one that has been settled.
pub async fn doubt(shop: &Shop, payment: &Payment) -> Result<(), Denied> {
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, payment.order).await? else { return Ok(()) };
    let now = repository::payment::by_id(&tx, payment.id).await?;
    let is_open = now.is_some_and(|now| now.status == PaymentStatus::Pending);
    if !is_open || repository::transition::is_in_doubt(&tx, order.id).await? {
        return Ok(());
    }
    if let Some(step) = order.doubt(shop.clock.now()) {
        go(&tx, shop, &order, &step).await?;
        tx.commit().await?;
    }
    Ok(())
}
