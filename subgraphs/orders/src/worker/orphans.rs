//! Goods that products holds although their time is over and no order wants them are released: what a restored backup or a
//! lost message left behind, in the one case that is both common and safe. The rest is [`crate::repair`]'s, by hand.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use kit::jobs::{Handler, Job, JobError, Next, Queue, Topic, Worker, enqueue_once};

use crate::{
    domain::{OrderId, OrderStatus, PaymentStatus},
    remote::{Reservation, ReservationState, Reservations},
    repository::{self, outbox::STOCK},
    shop::{Shop, nobody},
};

/// The time between two rounds.
const PAUSE: TimeDelta = TimeDelta::minutes(10);
/// How long beyond its time a hold is left to whoever may still be about to end it.
const MARGIN: TimeDelta = TimeDelta::hours(1);

/// One round at a time, in one process at a time. It may have many holds to look through.
const TOPIC: Topic = Topic { deadline: Duration::from_mins(10), ..Topic::recurring("release-orphans") };

pub(super) fn worker(shop: &Shop) -> Worker {
    Worker::new(shop.jobs(), TOPIC, OrphansHandler(shop.clone()))
}

struct OrphansHandler(Shop);

#[async_trait]
impl Handler for OrphansHandler {
    async fn handle(&self, _: &Job) -> Result<Next, JobError> {
        let shop = &self.0;
        let expired_before = Some(shop.clock.now() - MARGIN);
        let which = Reservations { states: Some(vec![ReservationState::Held]), expired_before, orders: None };
        let (mut last, mut released) = (None, 0_u64);
        loop {
            let page = shop.products.reservations(&which, last).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.order);
            let ids: Vec<OrderId> = page.iter().map(|reservation| reservation.order).collect();
            // An order is stored before its goods are held, so one that is not there now never will be.
            let known = repository::order::standing(shop.database.connection(), &ids).await?.into_iter().collect();
            for reservation in page {
                if self.is_orphan(&reservation, &known).await? {
                    shop.products.release(reservation.order, reservation.attempt, &nobody()).await?;
                    released += 1;
                }
            }
        }
        if released > 0 {
            tracing::warn!(released, "products held goods for orders that do not want them, which are free now");
        }
        Ok(Next::Repeat(PAUSE))
    }

    async fn discover(&self) -> kit::Result<()> {
        let (shop, topic) = (&self.0, &TOPIC);
        if !Queue::new(&shop.database, &shop.clock).is_pending(topic, topic.name).await? {
            enqueue_once(shop.database.writer(), topic, topic.name, &(), &shop.clock).await?;
        }
        Ok(())
    }
}

impl OrphansHandler {
    /// Whether nobody wants these goods: there is no such order, or it is over, with no payment in doubt that could bring it
    /// back, and nothing about it is still to be said to products.
    async fn is_orphan(
        &self,
        reservation: &Reservation,
        known: &HashMap<OrderId, OrderStatus>,
    ) -> Result<bool, JobError> {
        let (shop, order) = (&self.0, reservation.order);
        match known.get(&order) {
            None => Ok(true),
            Some(OrderStatus::Rejected | OrderStatus::Cancelled | OrderStatus::Expired) => {
                let payment = repository::payment::open_or_taken(shop.database.connection(), order).await?;
                let in_doubt = payment.is_some_and(|payment| payment.status == PaymentStatus::Pending);
                Ok(!in_doubt && !shop.jobs().is_pending(&STOCK, order).await?)
            }
            Some(_) => Ok(false),
        }
    }
}
