//! Closes what a crash or an outage left open. It goes by the state alone: it needs no memory of what went wrong.

use super::{BATCH, deliver_order};
use crate::{
    domain::{Order, Payment},
    purchase::settle,
    refusal::Denied,
    repository,
    shop::Shop,
};

/// Gives up orders that products never answered, and asks the provider about payments in doubt; says how many of both
/// came to an end.
pub async fn reconcile(shop: &Shop) -> Result<usize, Denied> {
    let (db, now) = (shop.database.connection(), shop.clock.now());
    let mut closed = 0;
    for order in repository::order::unanswered(db, now - shop.patience.unanswered, BATCH).await? {
        closed += usize::from(give_up(shop, &order).await?);
    }
    for payment in repository::payment::open_since(db, now - shop.patience.in_doubt, BATCH).await? {
        closed += usize::from(ask(shop, &payment).await?);
    }
    Ok(closed)
}

/// Rejects an order to which nobody came back. Its key is free again, and products is told to hold nothing for it, now
/// or when a late request arrives there.
async fn give_up(shop: &Shop, order: &Order) -> Result<bool, Denied> {
    let tx = shop.database.begin_write().await?;
    let step = order.reject("The order could not be completed.")?;
    if repository::order::advance(&tx, order, &step, &shop.clock).await?.is_none() {
        tx.rollback().await?;
        return Ok(false);
    }
    repository::key::forget_placement(&tx, order.id).await?;
    tx.commit().await?;
    deliver_order(shop, order.id).await;
    Ok(true)
}

/// Asks the provider what became of a charge.
async fn ask(shop: &Shop, payment: &Payment) -> Result<bool, Denied> {
    let lookup = tokio::time::timeout(shop.patience.charge, shop.provider.lookup(payment.id)).await;
    let Some(outcome) = lookup.ok().and_then(crate::provider::Charge::outcome) else { return Ok(false) };
    settle(shop, payment, &outcome).await?;
    Ok(true)
}
