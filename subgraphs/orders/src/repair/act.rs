//! Carrying out one action. Each may be repeated, and each is decided again, under a lock, by what is stored then.

use chrono::TimeDelta;

use super::{Repair, failed, read::Known, table::Action};
use crate::{
    domain::{Effect, Item, Order, OrderId, Outcome, PaymentId, PaymentStatus, Step},
    outbox,
    purchase::{self, Settled},
    refusal::Denied,
    remote::NotHeld,
    repository,
    shop::nobody,
};

/// How an action went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// As it says.
    Yes(String),
    /// Not now: it will be looked at again.
    Later(String),
    /// Not without a person.
    No(String),
}

#[allow(clippy::unnecessary_wraps)] // It ends functions that may fail.
fn yes(what: &str) -> anyhow::Result<Done> {
    Ok(Done::Yes(what.to_owned()))
}

impl Repair<'_> {
    /// Carries out what is to be done about a payment, or about the order or the goods.
    pub(super) async fn act(
        &self,
        id: OrderId,
        known: &Known,
        about: Option<PaymentId>,
        action: Action,
    ) -> anyhow::Result<Done> {
        let (shop, attempt) = (self.shop, known.reservation.map(|reservation| reservation.attempt));
        let payment = || about.ok_or_else(|| anyhow::anyhow!("{action:?} without a payment"));
        let order = || known.order.as_ref().ok_or_else(|| anyhow::anyhow!("{action:?} without an order"));
        match action {
            Action::RefundCharge => self.refund_charge(payment()?).await,
            Action::Succeed => self.settle(known, payment()?, Outcome::Succeeded).await,
            Action::Fail => self.look_up(known, payment()?).await,
            Action::Ask => self.ask(known, payment()?).await,
            Action::Reopen => {
                self.correct(payment()?, PaymentStatus::Succeeded, PaymentStatus::Pending).await?;
                yes("the payment is settled anew")
            }
            Action::MarkRefunded => self.mark_refunded(order()?, payment()?).await,
            Action::Void => self.void(order()?, about).await,
            Action::Expire => {
                let Some(step) = order()?.expire(shop.clock.now()) else { return yes("it is expired by now") };
                self.advance(order()?, &step).await?;
                outbox::deliver(shop, id, Effect::Release).await;
                yes("the order is expired")
            }
            Action::Release => {
                shop.products.release(id, attempt.unwrap_or(1), &nobody()).await.map_err(failed)?;
                yes("the goods are released")
            }
            Action::Consume => {
                shop.products.consume(id, &nobody()).await.map_err(failed)?;
                yes("the goods are consumed")
            }
            Action::UndoConsume => {
                shop.products.undo_consume(id, &nobody()).await.map_err(failed)?;
                yes("the goods are back on the shelf, and held")
            }
            Action::Adopt => {
                self.adopt(id, attempt.unwrap_or(1)).await?;
                yes("the order has taken over the hold that products has")
            }
            Action::TakeAgain => self.take_again(order()?, about, attempt).await,
            Action::HoldAgain => self.hold_again(order()?, attempt).await,
            Action::Person => Ok(Done::No("this is for you to decide".to_owned())),
        }
    }

    pub(super) async fn refund_charge(&self, key: PaymentId) -> anyhow::Result<Done> {
        self.answered(self.shop.provider.refund(key)).await?;
        yes("the money went back")
    }

    async fn settle(&self, known: &Known, id: PaymentId, outcome: Outcome) -> anyhow::Result<Done> {
        let Some((payment, _)) = known.payments.iter().find(|(payment, _)| payment.id == id) else {
            return yes("there is no such payment any more");
        };
        match purchase::settle(self.shop, payment, &outcome).await.map_err(denied)? {
            Settled::Yes => {
                yes(if outcome == Outcome::Succeeded { "the payment succeeded" } else { "the payment failed" })
            }
            Settled::NotYet => Ok(Done::Later("late money waits until products answers".to_owned())),
        }
    }

    /// Asks the provider about a payment of which it knows nothing. A charge that is still under way must not be closed.
    async fn ask(&self, known: &Known, id: PaymentId) -> anyhow::Result<Done> {
        let begun = known.payments.iter().find(|(payment, _)| payment.id == id).map(|(payment, _)| payment.created_at);
        let old_enough = begun.map(|begun| begun + self.shop.patience.in_doubt);
        if old_enough.is_some_and(|time| time > self.shop.clock.now()) {
            return Ok(Done::Later("the payment may still be under way".to_owned()));
        }
        self.look_up(known, id).await
    }

    async fn look_up(&self, known: &Known, id: PaymentId) -> anyhow::Result<Done> {
        let lookup = tokio::time::timeout(self.shop.patience.charge, self.shop.provider.lookup(id)).await;
        match lookup.ok().and_then(crate::provider::Charge::outcome) {
            Some(outcome) => self.settle(known, id, outcome).await,
            None => Ok(Done::Later("the payment provider does not know yet".to_owned())),
        }
    }

    async fn mark_refunded(&self, order: &Order, payment: PaymentId) -> anyhow::Result<Done> {
        self.correct(payment, PaymentStatus::Succeeded, PaymentStatus::Refunded).await?;
        if let Some(step) = order.refunded() {
            self.advance(order, &step).await?;
        }
        yes("payment and order are refunded, as the provider has them")
    }

    async fn void(&self, order: &Order, payment: Option<PaymentId>) -> anyhow::Result<Done> {
        if let Some(payment) = payment {
            self.correct(payment, PaymentStatus::Succeeded, PaymentStatus::Failed).await?;
        }
        if let Some(step) = order.void() {
            self.advance(order, &step).await?;
        }
        yes("no money was taken, so there is no sale")
    }

    /// Holds and consumes the goods of a paid order.
    async fn take_again(
        &self,
        order: &Order,
        payment: Option<PaymentId>,
        attempt: Option<i32>,
    ) -> anyhow::Result<Done> {
        if self.reserve(order, attempt).await? {
            self.shop.products.consume(order.id, &nobody()).await.map_err(failed)?;
            return yes("the goods are taken from the stock again");
        }
        let (Some(payment), crate::domain::OrderStatus::Paid) = (payment, order.status) else {
            return Ok(Done::No(
                "the stock is too low for goods that have left: correct it, then repair again".to_owned(),
            ));
        };
        let step = order.lose_sold_goods(payment, self.shop.clock.now());
        let step = step.map_err(|wrong| anyhow::anyhow!(wrong.message))?;
        self.advance(order, &step).await?;
        outbox::deliver(self.shop, order.id, Effect::Refund(payment)).await;
        yes("the goods are gone, so the money goes back")
    }

    async fn hold_again(&self, order: &Order, attempt: Option<i32>) -> anyhow::Result<Done> {
        if self.reserve(order, attempt).await? {
            return yes("the goods are held again");
        }
        let step = order.lose_goods().map_err(|wrong| anyhow::anyhow!(wrong.message))?;
        self.advance(order, &step).await?;
        yes("the goods are gone, so the order is cancelled")
    }

    /// Holds the goods of an order by another attempt than the last that products has heard of. `false`: they are gone.
    async fn reserve(&self, order: &Order, last: Option<i32>) -> anyhow::Result<bool> {
        let shop = self.shop;
        let attempt = last.map_or(order.attempt, |last| last.max(order.attempt).saturating_add(1));
        let items: Vec<Item> = repository::item::of_orders(shop.database.connection(), &[order.id]).await?;
        let until = order.expires_at.unwrap_or_else(|| shop.clock.now() + TimeDelta::minutes(30));
        match shop.products.reserve(order.id, attempt, purchase::lines(&items), until, &nobody()).await {
            Ok(_) => {}
            Err(NotHeld::Failed(failure)) => return Err(failed(failure)),
            Err(NotHeld::Refused(reasons)) if reasons.iter().any(|reason| reason.code == "INVALID_STATE") => {
                anyhow::bail!("products has gone on with {} meanwhile", order.id)
            }
            Err(NotHeld::Refused(_)) => return Ok(false),
        }
        if self.adopt_if(order, attempt).await? {
            return Ok(true);
        }
        // The order has gone on meanwhile, and wants these goods no more.
        shop.products.release(order.id, attempt, &nobody()).await.map_err(failed)?;
        anyhow::bail!("{} has changed meanwhile", order.id)
    }

    async fn adopt(&self, id: OrderId, attempt: i32) -> anyhow::Result<()> {
        let tx = self.shop.database.begin_write().await?;
        repository::order::set_attempt(&tx, id, attempt).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a new hold over, unless the order is another by now.
    async fn adopt_if(&self, order: &Order, attempt: i32) -> anyhow::Result<bool> {
        let tx = self.shop.database.begin_write().await?;
        let now = repository::order::lock(&tx, order.id).await?;
        if now.is_none_or(|now| now.version != order.version) {
            return Ok(false);
        }
        repository::order::set_attempt(&tx, order.id, attempt).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn correct(&self, payment: PaymentId, from: PaymentStatus, to: PaymentStatus) -> anyhow::Result<()> {
        let (shop, now) = (self.shop, self.shop.clock.now());
        repository::payment::correct(shop.database.writer(), payment, from, to, now).await?;
        Ok(())
    }

    /// Stores a step of the order as it was read.
    async fn advance(&self, order: &Order, step: &Step) -> anyhow::Result<()> {
        let tx = self.shop.database.begin_write().await?;
        if repository::order::advance(&tx, order, step, &self.shop.clock).await?.is_none() {
            anyhow::bail!("{} has changed meanwhile", order.id);
        }
        Ok(tx.commit().await?)
    }
}

#[allow(clippy::needless_pass_by_value)] // As `map_err` gives it.
fn denied(denied: Denied) -> anyhow::Error {
    anyhow::anyhow!("{denied}")
}
