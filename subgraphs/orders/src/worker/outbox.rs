//! Delivers what must still be said to others, until they have heard it.
//!
//! Every message is a command that may be repeated, so delivery is at least once: the command first, then the mark.

use chrono::TimeDelta;
use kit::Failure;

use super::BATCH;
use crate::{
    domain::{Effect, OrderId, PaymentId},
    refusal::Denied,
    repository::{self, outbox::Message},
    shop::{Shop, nobody},
};

/// The longest pause between two tries.
const MAX_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// Tries every message that is due; says how many were heard.
pub async fn deliver_outbox(shop: &Shop) -> Result<usize, Denied> {
    let due = repository::outbox::due(shop.database.connection(), shop.clock.now(), BATCH).await?;
    let mut heard = 0;
    for message in &due {
        heard += usize::from(deliver(shop, message).await?);
    }
    Ok(heard)
}

/// Tries at once what one order has to say, within the time that a customer may be kept waiting. What is not heard now
/// is heard later.
pub(crate) async fn deliver_order(shop: &Shop, order: OrderId) {
    let all = async {
        for message in &repository::outbox::of_order(shop.database.connection(), order).await? {
            deliver(shop, message).await?;
        }
        Ok::<_, Denied>(())
    };
    match tokio::time::timeout(shop.patience.delivery, all).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%order, %error, "messages wait for the outbox worker"),
        Err(_) => tracing::info!(%order, "messages wait for the outbox worker"),
    }
}

async fn deliver(shop: &Shop, message: &Message) -> Result<bool, Denied> {
    let db = shop.database.connection();
    let said = match message.effect {
        Effect::Consume => shop.products.consume(message.order, &nobody()).await,
        Effect::Release => shop.products.release(message.order, message.attempt, &nobody()).await,
        Effect::Refund(payment) => refund(shop, payment).await,
    };
    match said {
        Ok(()) => {
            repository::outbox::delivered(db, message.id, shop.clock.now()).await?;
            Ok(true)
        }
        Err(failure) => {
            tracing::warn!(order = %message.order, effect = ?message.effect, tries = message.tries, ?failure, "not heard yet");
            repository::outbox::postpone(db, message.id, shop.clock.now(), pause(message.tries)).await?;
            Ok(false)
        }
    }
}

async fn refund(shop: &Shop, payment: PaymentId) -> Result<(), Failure> {
    shop.provider.refund(payment).await.map_err(|down| Failure::unavailable("payment").because(down))?;
    Ok(repository::payment::refunded(shop.database.connection(), payment, shop.clock.now()).await?)
}

/// Twice as long every time.
fn pause(tries: i32) -> TimeDelta {
    let seconds = 1_i64 << tries.clamp(0, 16);
    TimeDelta::seconds(seconds).min(MAX_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!([0, 1, 5].map(pause).map(|pause| pause.num_seconds()), [1, 2, 32]);
        assert_eq!([9, 40, i32::MAX].map(pause), [MAX_PAUSE; 3]);
    }
}
