//! Reading all that is known of one order, as of one moment.

use std::collections::HashMap;

use super::{
    Repair,
    case::{Case, Goods, Money, Standing},
};
use crate::{
    domain::{Order, OrderId, OrderStatus, Payment, PaymentId, PaymentStatus},
    provider::Booking,
    remote::Reservation,
    repository,
};

/// How often an order that changes while it is read is read again.
const TRIES: usize = 5;

/// All that is known of an order.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The order, if there is one.
    pub order: Option<Order>,
    /// What products has for it.
    pub reservation: Option<Reservation>,
    /// Its payments, the oldest first, with what the provider has for each.
    pub payments: Vec<(Payment, Option<Booking>)>,
}

impl Known {
    /// Goods that are held for no order.
    pub fn orphan(reservation: Reservation) -> Self {
        Self { order: None, reservation: Some(reservation), payments: Vec::new() }
    }

    /// The states, for each payment; one for an order without payments.
    pub fn cases(&self, now: chrono::DateTime<chrono::Utc>) -> Vec<(Option<PaymentId>, Case)> {
        let order = match &self.order {
            None => Standing::Missing,
            Some(order) if order.status.expires() && order.status_at(now) == OrderStatus::Expired => Standing::Overdue,
            Some(order) => Standing::Is(order.status),
        };
        let attempt = self.order.as_ref().map_or(i32::MAX, |order| order.attempt);
        let goods = Goods::of(self.reservation.as_ref(), attempt);
        let in_doubt = self.payments.iter().any(|(payment, _)| payment.status == PaymentStatus::Pending);
        let takes = |payment: &Payment| payment.status != PaymentStatus::Failed;
        let case = |payment: Option<&Payment>, booking: Option<Booking>| Case {
            order,
            goods,
            payment: payment.map(|payment| payment.status),
            money: Money::from(booking),
            paid_otherwise: self
                .payments
                .iter()
                .any(|(other, _)| takes(other) && payment.is_some_and(|payment| payment.id != other.id)),
            in_doubt,
        };
        if self.payments.is_empty() {
            return vec![(None, case(None, None))];
        }
        self.payments.iter().map(|(payment, booking)| (Some(payment.id), case(Some(payment), *booking))).collect()
    }
}

impl Repair<'_> {
    /// All that is known of the order. It is read again where it changed meanwhile; `None` where it does so without end:
    /// it is being worked on.
    pub(super) async fn read(&self, id: OrderId) -> anyhow::Result<Option<Known>> {
        for _ in 0..TRIES {
            let before = self.stored(id).await?;
            let bookings = self.bookings(&before.1).await?;
            let reservation = self.shop.products.reservation(id).await.map_err(super::failed)?;
            // What products says is about what is stored: nothing has happened in between.
            if self.stored(id).await? == before {
                let (order, payments) = before;
                let with_booking = |payment: Payment| {
                    let booking = bookings.get(&payment.id).copied();
                    (payment, booking)
                };
                let payments = payments.into_iter().map(with_booking).collect();
                return Ok(Some(Known { order, reservation, payments }));
            }
        }
        Ok(None)
    }

    async fn stored(&self, id: OrderId) -> anyhow::Result<(Option<Order>, Vec<Payment>)> {
        let db = self.shop.database.connection();
        Ok((repository::order::by_id(db, id).await?, repository::payment::of_orders(db, &[id]).await?))
    }

    /// What the provider has for these payments.
    pub(super) async fn bookings(&self, payments: &[Payment]) -> anyhow::Result<HashMap<PaymentId, Booking>> {
        let keys: Vec<_> = payments.iter().map(|payment| payment.id).collect();
        let mut found = HashMap::new();
        for keys in keys.chunks(super::PAGE) {
            let booked = self.answered(self.shop.provider.find(keys)).await?;
            found.extend(booked.into_iter().map(|charge| (charge.key, charge.state)));
        }
        Ok(found)
    }
}
