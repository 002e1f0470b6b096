//! The provider has spoken: what becomes of the payment and of its order.
//!
//! Called by whoever learns it first, the request that charged or the reconciler that asked; the second finds the
//! payment settled and changes nothing.

use sea_orm::ConnectionTrait;

use super::place::lines;
use crate::{
    domain::{Arrival, Effect, Order, Outcome, Payment, Step},
    outbox,
    refusal::Denied,
    remote::NotHeld,
    repository::{self, outbox::STOCK},
    shop::{Shop, nobody},
};

/// Whether a payment has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It has, now or before.
    Yes,
    /// The money came late, and products has to be asked again whether the goods are still there.
    NotYet,
}

/// Settles a payment that was PENDING, for good.
pub async fn settle(shop: &Shop, payment: &Payment, outcome: &Outcome) -> Result<Settled, Denied> {
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, payment.order).await? else { return Ok(Settled::Yes) };
    let arrival = order.receive(payment.id, outcome, shop.clock.now());
    if arrival == Arrival::HoldAgain {
        tx.rollback().await?;
        return late(shop, payment, &order).await;
    }
    if !repository::payment::settle(&tx, payment.id, outcome, shop.clock.now()).await? {
        tx.rollback().await?;
        return Ok(Settled::Yes);
    }
    let steps = match arrival {
        Arrival::Step(step) => vec![step],
        Arrival::Overdue { expired, paid } => vec![expired, paid],
        Arrival::Nothing | Arrival::HoldAgain => Vec::new(),
    };
    let (id, mut order) = (order.id, order);
    for step in &steps {
        order = go(&tx, shop, &order, step).await?;
    }
    tx.commit().await?;
    for effect in steps.iter().filter_map(|step| step.effect) {
        outbox::deliver(shop, id, effect).await;
    }
    Ok(Settled::Yes)
}

/// The money came after the stock was given back. It is held again and sold, or the money goes back; while products
/// does not answer, the payment stays open and the reconciler comes back to it.
async fn late(shop: &Shop, payment: &Payment, order: &Order) -> Result<Settled, Denied> {
    let db = shop.database.connection();
    // Whatever was held must have been released before it is held again. All that an expired order has to say to products
    // is its release.
    outbox::deliver(shop, order.id, Effect::Release).await;
    if shop.jobs().is_pending(&STOCK, order.id).await? {
        return Ok(Settled::NotYet);
    }
    let items = repository::item::of_orders(db, &[order.id]).await?;
    let again = order.attempt + 1;
    let until = shop.clock.now() + shop.patience.order_ttl;
    let held = match shop.products.reserve(order.id, again, lines(&items), until, &nobody()).await {
        Ok(_) => true,
        Err(NotHeld::Refused(_)) => false,
        Err(NotHeld::Failed(failure)) => {
            tracing::warn!(order = %order.id, ?failure, "late money waits until products answers");
            return Ok(Settled::NotYet);
        }
    };
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, order.id).await? else { return Ok(Settled::Yes) };
    if !repository::payment::settle(&tx, payment.id, &Outcome::Succeeded, shop.clock.now()).await? {
        tx.rollback().await?;
        return Ok(Settled::Yes);
    }
    let step = order.late(payment.id, held)?;
    let order = if held { Order { attempt: again, ..order } } else { order };
    go(&tx, shop, &order, &step).await?;
    tx.commit().await?;
    if let Some(effect) = step.effect {
        outbox::deliver(shop, order.id, effect).await;
    }
    Ok(Settled::Yes)
}

/// Stores a step of an order that is locked, and therefore cannot have gone on.
async fn go(db: &impl ConnectionTrait, shop: &Shop, order: &Order, step: &Step) -> Result<Order, Denied> {
    let next = repository::order::advance(db, order, step, &shop.clock).await?;
    next.ok_or_else(|| kit::Failure::internal(format_args!("{} changed under its lock", order.id)).into())
}
