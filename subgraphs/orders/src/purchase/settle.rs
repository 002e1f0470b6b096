//! The provider has spoken: what becomes of the payment and of its order.
//!
//! Called by whoever learns it first, the request that charged or the reconciler that asked; the second finds the
//! payment settled and changes nothing.

use sea_orm::ConnectionTrait;

use super::place::lines;
use crate::{
    domain::{Arrival, Effect, Order, Outcome, Payment, Step},
    refusal::Denied,
    remote::NotHeld,
    repository,
    shop::{Shop, nobody},
    worker,
};

/// Settles a payment that was PENDING, for good.
pub async fn settle(shop: &Shop, payment: &Payment, outcome: &Outcome) -> Result<(), Denied> {
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, payment.order).await? else { return Ok(()) };
    let arrival = order.receive(payment.id, outcome, shop.clock.now());
    if arrival == Arrival::HoldAgain {
        tx.rollback().await?;
        return late(shop, payment, &order).await;
    }
    if !repository::payment::settle(&tx, payment.id, outcome, shop.clock.now()).await? {
        tx.rollback().await?;
        return Ok(());
    }
    match &arrival {
        Arrival::Step(step) => drop(go(&tx, shop, &order, step).await?),
        Arrival::Overdue { expired, paid } => {
            let order = go(&tx, shop, &order, expired).await?;
            go(&tx, shop, &order, paid).await?;
        }
        Arrival::Nothing | Arrival::HoldAgain => {}
    }
    tx.commit().await?;
    worker::deliver_order(shop, order.id).await;
    Ok(())
}

/// The money came after the stock was given back. It is held again and sold, or the money goes back; while products
/// does not answer, the payment stays open and the reconciler comes back to it.
async fn late(shop: &Shop, payment: &Payment, order: &Order) -> Result<(), Denied> {
    let db = shop.database.connection();
    worker::deliver_order(shop, order.id).await;
    let outstanding = repository::outbox::of_order(db, order.id).await?;
    if outstanding.iter().any(|message| message.effect == Effect::Release) {
        return Ok(());
    }
    let items = repository::item::of_orders(db, &[order.id]).await?;
    let again = order.attempt + 1;
    let until = shop.clock.now() + shop.patience.order_ttl;
    let held = match shop.products.reserve(order.id, again, lines(&items), until, &nobody()).await {
        Ok(_) => true,
        Err(NotHeld::Refused(_)) => false,
        Err(NotHeld::Failed(failure)) => {
            tracing::warn!(order = %order.id, ?failure, "late money waits until products answers");
            return Ok(());
        }
    };
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, order.id).await? else { return Ok(()) };
    if !repository::payment::settle(&tx, payment.id, &Outcome::Succeeded, shop.clock.now()).await? {
        tx.rollback().await?;
        return Ok(());
    }
    let step = order.late(payment.id, held)?;
    let order = if held { Order { attempt: again, ..order } } else { order };
    go(&tx, shop, &order, &step).await?;
    tx.commit().await?;
    worker::deliver_order(shop, order.id).await;
    Ok(())
}

/// Stores a step of an order that is locked, and therefore cannot have gone on.
async fn go(db: &impl ConnectionTrait, shop: &Shop, order: &Order, step: &Step) -> Result<Order, Denied> {
    let next = repository::order::advance(db, order, step, &shop.clock).await?;
    next.ok_or_else(|| kit::Failure::internal(format_args!("{} changed under its lock", order.id)).into())
}
