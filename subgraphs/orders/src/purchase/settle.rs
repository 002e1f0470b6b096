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
    remote::{NotHeld, ReservationState},
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
    // Whatever was held must have been released before it is held again. All that an expired order has to say to products
    // is its release.
    outbox::deliver(shop, order.id, Effect::Release).await;
    let held = match hold_again(shop, order).await {
        Ok(Goods::Held(attempt)) => Some(attempt),
        Ok(Goods::Gone) => None,
        Ok(Goods::NotYetReleased) => return Ok(Settled::NotYet),
        Err(Denied::Failed(failure)) => {
            tracing::warn!(order = %order.id, ?failure, "late money waits until products answers");
            return Ok(Settled::NotYet);
        }
        Err(refused) => return Err(refused),
    };
    let tx = shop.database.begin_write().await?;
    let Some(order) = repository::order::lock(&tx, order.id).await? else { return Ok(Settled::Yes) };
    if !repository::payment::settle(&tx, payment.id, &Outcome::Succeeded, shop.clock.now()).await? {
        tx.rollback().await?;
        return Ok(Settled::Yes);
    }
    let step = order.late(payment.id, held.is_some())?;
    let order = Order { attempt: held.unwrap_or(order.attempt), ..order };
    go(&tx, shop, &order, &step).await?;
    tx.commit().await?;
    if let Some(effect) = step.effect {
        outbox::deliver(shop, order.id, effect).await;
    }
    Ok(Settled::Yes)
}

/// The goods of an order that had expired before its money came.
enum Goods {
    /// They are its own by this attempt.
    Held(i32),
    /// There are too few by now.
    Gone,
    /// products still has to hear of the release.
    NotYetReleased,
}

/// Holds the goods of an expired order again.
///
/// After a restored backup products may be ahead of orders, or behind: then the goods are sold already, or still held.
async fn hold_again(shop: &Shop, order: &Order) -> Result<Goods, Denied> {
    let known = shop.products.reservation(order.id).await?;
    if known.is_some_and(|known| known.state == ReservationState::Consumed) {
        return Ok(Goods::Held(order.attempt));
    }
    if shop.jobs().is_pending(&STOCK, order.id).await? {
        return Ok(Goods::NotYetReleased);
    }
    let last = known.map_or(order.attempt, |known| known.attempt.max(order.attempt));
    if known.is_some_and(|known| known.state == ReservationState::Held) {
        return Ok(Goods::Held(last));
    }
    let items = repository::item::of_orders(shop.database.connection(), &[order.id]).await?;
    let until = shop.clock.now() + shop.patience.order_ttl;
    match shop.products.reserve(order.id, last + 1, lines(&items), until, &nobody()).await {
        Ok(_) => Ok(Goods::Held(last + 1)),
        Err(NotHeld::Refused(_)) => Ok(Goods::Gone),
        Err(NotHeld::Failed(failure)) => Err(failure.into()),
    }
}

/// Stores a step of an order that is locked and therefore cannot have gone on.
pub(super) async fn go(db: &impl ConnectionTrait, shop: &Shop, order: &Order, step: &Step) -> Result<Order, Denied> {
    let next = repository::order::advance(db, order, step, &shop.clock).await?;
    next.ok_or_else(|| kit::Failure::internal(format_args!("{} changed under its lock", order.id)).into())
}
