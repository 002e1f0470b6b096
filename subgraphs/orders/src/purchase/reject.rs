//! An order that products refused: the customer learns why and can try again, the row stays for the audit.

use super::present;
use crate::{
    domain::{Effect, Order},
    outbox,
    refusal::{Denied, Refusal},
    repository,
    shop::Shop,
};

/// Rejects the order and frees its key. Where another request or the reconciler has taken the order on in the meantime,
/// that counts: what products said may be about an order that was given up already.
pub(super) async fn reject(shop: &Shop, order: &Order, refusals: Vec<Refusal>) -> Result<Order, Denied> {
    let reason = refusals.first().map_or("", |refusal| refusal.problem().message.as_str());
    // No longer than its column.
    let reason: String = reason.chars().take(400).collect();
    let tx = shop.database.begin_write().await?;
    let step = order.reject(&reason)?;
    if repository::order::advance(&tx, order, &step, &shop.clock).await?.is_none() {
        tx.rollback().await?;
        return present(shop, order.id).await;
    }
    repository::key::forget_placement(&tx, order.id).await?;
    tx.commit().await?;
    outbox::deliver(shop, order.id, Effect::Release).await;
    Err(refusals.into())
}
