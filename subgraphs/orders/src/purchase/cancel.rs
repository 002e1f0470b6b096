//! `cancelOrder`: an order is given up before it is paid, and the stock is free again.
//!
//! Its owner may, and so may administrators (scope `orders:write`); the timeline says which of them did, and why.
//! A payment that is still in doubt does not keep an order from being cancelled: should it turn out to have succeeded,
//! the money goes back.

use kit::idempotency::{self, Claim};
use schema::Viewer;
use sea_orm::ConnectionTrait;

use super::{Done, any_order, present, take_key};
use crate::{
    domain::{Canceller, Effect, Order, OrderId},
    outbox,
    refusal::{Denied, Refusal},
    repository,
    shop::Shop,
};

/// The wish to give an order up.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// Which order.
    pub order: OrderId,
    /// Why; the customer reads it.
    pub reason: Option<String>,
    /// The idempotency key.
    pub claim: Claim,
}

/// Cancels an order that the viewer may cancel, once per key.
pub async fn cancel(shop: &Shop, wish: &CancelOrder, viewer: &Viewer) -> Result<Done<Order>, Denied> {
    let id = wish.order;
    let tx = shop.database.begin_write().await?;
    let (order, by) = cancellable(&tx, viewer, id).await?;
    if take_key(&tx, shop, &wish.claim).await?.is_some() {
        tx.rollback().await?;
        return Ok(Done { thing: order, replayed: true });
    }
    let step = order.cancel(by, wish.reason.as_deref(), shop.clock.now())?;
    if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_none() {
        return Err(kit::Failure::internal(format_args!("{id} changed under its lock")).into());
    }
    idempotency::finish(&tx, &wish.claim, id.uuid()).await?;
    tx.commit().await?;
    outbox::deliver(shop, id, Effect::Release).await;
    Ok(Done { thing: present(shop, id).await?, replayed: false })
}

/// The order, locked, and as what the viewer cancels it. For everybody else it does not exist.
async fn cancellable(db: &impl ConnectionTrait, viewer: &Viewer, id: OrderId) -> Result<(Order, Canceller), Denied> {
    let order = any_order(db, id).await?;
    let by = order.canceller(viewer).ok_or_else(Refusal::no_such_order)?;
    Ok((order, by))
}
