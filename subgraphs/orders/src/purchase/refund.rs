//! `refundOrder`: the shop gives the money back. Stock that comes back is counted in by hand, with `adjustStock`.

use kit::idempotency::{self, Claim};

use super::{Done, any_order, present, take_key};
use crate::{
    domain::{Effect, Order, OrderId},
    outbox,
    refusal::Denied,
    repository,
    shop::Shop,
};

/// The shop's wish.
#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// Which order.
    pub order: OrderId,
    /// Why; the customer reads it.
    pub reason: Option<String>,
    /// The idempotency key.
    pub claim: Claim,
}

/// Refunds an order in full, once per key. The order is REFUNDED at once; its payment when the provider has confirmed.
pub async fn refund(shop: &Shop, wish: &RefundOrder) -> Result<Done<Order>, Denied> {
    let tx = shop.database.begin_write().await?;
    let order = any_order(&tx, wish.order).await?;
    if take_key(&tx, shop, &wish.claim).await?.is_some() {
        tx.rollback().await?;
        return Ok(Done { thing: order, replayed: true });
    }
    let payment = repository::payment::open_or_taken(&tx, order.id).await?;
    let (step, payment) = order.begin_refund(payment.as_ref(), wish.reason.as_deref(), shop.clock.now())?;
    if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_none() {
        return Err(kit::Failure::internal(format_args!("{} changed under its lock", order.id)).into());
    }
    idempotency::finish(&tx, &wish.claim, order.id.uuid()).await?;
    tx.commit().await?;
    outbox::deliver(shop, order.id, Effect::Refund(payment)).await;
    Ok(Done { thing: present(shop, order.id).await?, replayed: false })
}
