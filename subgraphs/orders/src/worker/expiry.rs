//! Orders that nobody paid in time give their stock back.

use super::{BATCH, deliver_order};
use crate::{refusal::Denied, repository, shop::Shop};

/// Expires what is overdue by the shop's clock; says how many orders that were.
pub async fn expire_due(shop: &Shop) -> Result<usize, Denied> {
    let overdue = repository::order::overdue(shop.database.connection(), shop.clock.now(), BATCH).await?;
    let mut expired = 0;
    for order in overdue {
        let tx = shop.database.begin_write().await?;
        // Read again under the lock: it may have been paid a moment ago.
        let Some(order) = repository::order::lock(&tx, order.id).await? else { continue };
        let Some(step) = order.expire(shop.clock.now()) else { continue };
        if repository::order::advance(&tx, &order, &step, &shop.clock).await?.is_some() {
            tx.commit().await?;
            deliver_order(shop, order.id).await;
            expired += 1;
        }
    }
    Ok(expired)
}
