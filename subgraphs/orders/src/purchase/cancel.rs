//! `cancelOrder`: its owner gives an order up before it is paid, and the stock is free again.
//!
//! A payment that is still in doubt does not keep an order from being cancelled: should it turn out to have succeeded,
//! the money goes back.

use kit::idempotency::{self, Claim};
use schema::Viewer;

use super::{Done, own_order, present, take_key};
use crate::{
    domain::{Order, OrderId},
    refusal::Denied,
    repository,
    shop::Shop,
    worker,
};

/// Cancels the viewer's own order, once per key.
pub async fn cancel(shop: &Shop, id: OrderId, claim: &Claim, viewer: &Viewer) -> Result<Done<Order>, Denied> {
    let tx = shop.database.begin_write().await?;
    let order = own_order(&tx, viewer, id).await?;
    if take_key(&tx, shop, claim).await?.is_some() {
        tx.rollback().await?;
        return Ok(Done { thing: order, replayed: true });
    }
    let step = order.cancel(shop.clock.now())?;
    if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_none() {
        return Err(kit::Failure::internal(format_args!("{id} changed under its lock")).into());
    }
    idempotency::finish(&tx, claim, id.uuid()).await?;
    tx.commit().await?;
    worker::deliver_order(shop, id).await;
    Ok(Done { thing: present(shop, id).await?, replayed: false })
}
