//! Everything that there is, in pages: orders with what belongs to them, then what belongs to no order.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};

use super::{
    Action, MAX_STEPS, PAGE, Repair, Work, failed,
    read::Known,
    report::{Finding, Outcome, Told},
};
use crate::{
    demo,
    domain::OrderId,
    provider::{Booked, Booking, Since},
    remote::{Reservation, ReservationState, Reservations},
    repository,
};

impl Repair<'_> {
    /// A database that is empty where others are full is more likely the wrong one than one that lost everything; and to
    /// repair by it would give all the money back.
    pub(super) async fn refuse_what_seems_lost(&self) -> anyhow::Result<()> {
        let db = self.shop.database.connection();
        let has_orders = repository::order::page(db, None, 1).await?.pop().is_some();
        let first = self.shop.provider.charges(Since::from(DateTime::<Utc>::UNIX_EPOCH), 1);
        let has_charges = !self.answered(first).await?.is_empty();
        if has_charges && !has_orders {
            bail!(
                "there are no orders, but the payment provider has charges, which would all be refunded: is this the right \
                 database? If it is, add --force"
            );
        }
        if !has_charges && repository::payment::any_taken(db).await? {
            bail!(
                "there are paid orders, but the payment provider has no charges, so that all sales would be void: is \
                 --sandbox-database-url right? If it is, add --force"
            );
        }
        Ok(())
    }

    /// All orders. A page is read at once; those in which something is wrong are read again, each as of one moment.
    pub(super) async fn orders(&self, work: &mut Work<'_>) -> anyhow::Result<()> {
        let (shop, mut last) = (self.shop, None);
        loop {
            let page =
                repository::order::page(shop.database.connection(), last, PAGE as u64).await.context("orders")?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.id);
            let ids: Vec<OrderId> = page.iter().map(|order| order.id).collect();
            let payments = repository::payment::of_orders(shop.database.connection(), &ids).await?;
            let bookings = self.bookings(&payments).await?;
            let which = Reservations { orders: Some(ids), ..Reservations::default() };
            let reservations = shop.products.reservations(&which, None).await.map_err(failed).context("products")?;
            let reservations: HashMap<OrderId, Reservation> =
                reservations.into_iter().map(|reservation| (reservation.order, reservation)).collect();
            for order in page.into_iter().filter(|order| !demo::is_past(order.id)) {
                let id = order.id;
                let own = payments.iter().filter(|payment| payment.order == id);
                let payments = own.map(|payment| (payment.clone(), bookings.get(&payment.id).copied())).collect();
                let known = Known { order: Some(order), reservation: reservations.get(&id).copied(), payments };
                if self.decide(&known).is_some() {
                    self.order(id, work).await?;
                }
                work.summary.orders += 1;
            }
            work.progress("orders", work.summary.orders);
        }
    }

    /// Goods that are held, or were taken, for orders that there are not. An order is stored before its goods are held, so
    /// one that is not there now never will be.
    pub(super) async fn reservations(&self, work: &mut Work<'_>) -> anyhow::Result<()> {
        let states = vec![ReservationState::Held, ReservationState::Consumed];
        let which = Reservations { states: Some(states), ..Reservations::default() };
        let mut last = None;
        loop {
            let page = self.shop.products.reservations(&which, last).await.map_err(failed).context("products")?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.order);
            let ids: Vec<OrderId> = page.iter().map(|reservation| reservation.order).collect();
            let there = repository::order::standing(self.shop.database.connection(), &ids).await?;
            let there: HashSet<OrderId> = there.into_iter().map(|(id, _)| id).collect();
            for reservation in page {
                if !there.contains(&reservation.order) {
                    self.orphan(reservation, work).await?;
                }
                work.summary.reservations += 1;
            }
            work.progress("reservations", work.summary.reservations);
        }
    }

    /// Goods that are held, or were taken, for no order.
    async fn orphan(&self, reservation: Reservation, work: &mut Work<'_>) -> anyhow::Result<()> {
        let mut known = Known::orphan(reservation);
        for _ in 0..MAX_STEPS {
            let Some(decided) = self.decide(&known) else { return Ok(()) };
            if !self.step(reservation.order, &known, decided, work).await? {
                return Ok(());
            }
            let Some(now) = self.read(reservation.order).await? else { return Ok(()) };
            known = now;
        }
        work.restless(reservation.order);
        Ok(())
    }

    /// Charges under keys that are no payment's. A payment is stored before it is charged, so one that is not there now never
    /// will be.
    pub(super) async fn charges(&self, work: &mut Work<'_>) -> anyhow::Result<()> {
        let mut since = Since::from(DateTime::<Utc>::UNIX_EPOCH);
        loop {
            let page = self.answered(self.shop.provider.charges(since, PAGE as u64)).await?;
            let Some(end) = page.last() else { return Ok(()) };
            since = Since::behind(end);
            let keys: Vec<_> = page.iter().map(|charge| charge.key).collect();
            let there = repository::payment::existing(self.shop.database.connection(), &keys).await?;
            let there: HashSet<_> = there.into_iter().collect();
            for charge in page {
                if charge.state == Booking::Taken && !there.contains(&charge.key) {
                    self.unknown_charge(&charge, work).await;
                }
                work.summary.charges += 1;
            }
            work.progress("charges", work.summary.charges);
        }
    }

    async fn unknown_charge(&self, charge: &Booked, work: &mut Work<'_>) {
        let outcome = if self.apply {
            match self.refund_charge(charge.key).await {
                Ok(_) => Outcome::Done("the money went back".to_owned()),
                Err(error) => Outcome::Left(format!("{error:#}")),
            }
        } else {
            Outcome::Would(Action::RefundCharge.plan().to_owned())
        };
        let amount = charge.amount.map_or_else(String::new, |amount| format!(" of {amount}"));
        let found = format!("no payment, charge{amount} TAKEN");
        work.found(Finding { subject: charge.key.to_string(), found, outcome });
    }
}

impl Work<'_> {
    fn progress(&mut self, what: &str, number: u64) {
        (self.tell)(Told::Progress(format!("{number} {what} looked at")));
    }
}
