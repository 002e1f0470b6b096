//! An order, and the rules by which it goes on.
//!
//! A rule answers with a [`Step`]: where the order goes, why, and what must be said to others because of it. Whoever
//! stores a step stores all three in one transaction. Nothing here knows who stores it, or asks what time it is.

use chrono::{DateTime, Utc};
use kit::money::Money;
use schema::Viewer;

use super::{
    ShippingAddress,
    ids::{OrderId, PaymentId, UserId},
    number::OrderNumber,
    payment::Outcome,
    status::OrderStatus,
};

/// Sees everybody's orders.
pub const SCOPE_READ: &str = "orders:read";
/// Refunds and fulfils orders.
pub const SCOPE_WRITE: &str = "orders:write";

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// Whose it is.
    pub customer: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// Frozen when products has answered; unknown before.
    pub total: Option<Money>,
    /// Where it goes.
    pub address: ShippingAddress,
    /// Which hold on the stock is its own, counted from 1.
    pub attempt: i32,
    /// When it expires unless it is paid.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was placed.
    pub created_at: DateTime<Utc>,
    /// When its status last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its transitions.
    pub version: i32,
}

/// What others must be told because of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// products: the held stock has been sold.
    Consume,
    /// products: the stock is free again.
    Release,
    /// The payment provider: give the money back.
    Refund(PaymentId),
}

/// A transition that the rules allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where the order goes.
    pub to: OrderStatus,
    /// Why, for the timeline. Customers read it.
    pub reason: String,
    /// What follows from it.
    pub effect: Option<Effect>,
}

/// The order is not where it would have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongState {
    /// Where it is.
    pub from: String,
    /// Where it would have to be.
    pub allowed: Vec<String>,
    /// The same in a sentence.
    pub message: String,
}

/// What to do about a provider's word on a payment of this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The order goes on.
    Step(Step),
    /// The payment changes, the order does not.
    Nothing,
    /// The money came after the stock was given back: hold it again, then [`Order::late`].
    HoldAgain,
}

impl Step {
    fn new(to: OrderStatus, reason: impl Into<String>, effect: Option<Effect>) -> Self {
        Self { to, reason: reason.into(), effect }
    }
}

impl Order {
    /// Owners and holders of [`SCOPE_READ`] see an order; nobody sees one that was rejected.
    pub fn may_be_seen_by(&self, viewer: &Viewer) -> bool {
        self.status != OrderStatus::Rejected && concerns(self.customer, viewer)
    }

    /// Where the order stands at `now`, even if nobody has written down yet that its time is up.
    pub fn status_at(&self, now: DateTime<Utc>) -> OrderStatus {
        let waiting = matches!(self.status, OrderStatus::AwaitingPayment | OrderStatus::PaymentFailed);
        let over = self.expires_at.is_some_and(|at| at <= now);
        if waiting && over { OrderStatus::Expired } else { self.status }
    }

    /// products holds every line.
    pub fn confirm(&self) -> Result<Step, WrongState> {
        step(self.status, OrderStatus::AwaitingPayment, "The goods are reserved.", None)
    }

    /// products refused, or nobody ever heard its answer. Whatever it may hold is released.
    pub fn reject(&self, reason: &str) -> Result<Step, WrongState> {
        step(self.status, OrderStatus::Rejected, reason, Some(Effect::Release))
    }

    /// Whether a payment may begin, and of how much.
    pub fn payable(&self, now: DateTime<Utc>) -> Result<Money, WrongState> {
        let status = self.status_at(now);
        match (status, self.total) {
            (OrderStatus::AwaitingPayment | OrderStatus::PaymentFailed, Some(total)) => Ok(total),
            _ => Err(wrong(status, &[OrderStatus::AwaitingPayment, OrderStatus::PaymentFailed], "paid")),
        }
    }

    /// The provider's word on `payment`, which was PENDING until now.
    pub fn receive(&self, payment: PaymentId, outcome: &Outcome) -> Arrival {
        use OrderStatus as O;
        match (outcome, self.status) {
            (Outcome::Succeeded, O::AwaitingPayment | O::PaymentFailed) => {
                Arrival::Step(Step::new(O::Paid, "The payment succeeded.", Some(Effect::Consume)))
            }
            (Outcome::Succeeded, O::Expired) => Arrival::HoldAgain,
            (Outcome::Succeeded, O::Cancelled) => Arrival::Step(Step::new(
                O::Refunded,
                "The payment succeeded after the order was cancelled; the money goes back.",
                Some(Effect::Refund(payment)),
            )),
            (Outcome::Declined { code }, O::AwaitingPayment) => {
                Arrival::Step(Step::new(O::PaymentFailed, format!("The payment was declined ({code})."), None))
            }
            // A second decline changes nothing. The other states have no open payment: an index sees to that.
            _ => Arrival::Nothing,
        }
    }

    /// What becomes of an expired order whose money has come: sold if the stock could be held again, else refunded.
    pub fn late(&self, payment: PaymentId, held_again: bool) -> Result<Step, WrongState> {
        if held_again {
            let reason = "The payment succeeded late, and the goods could be reserved again.";
            step(self.status, OrderStatus::Paid, reason, Some(Effect::Consume))
        } else {
            let reason = "The payment succeeded late, when the goods were gone; the money goes back.";
            step(self.status, OrderStatus::Refunded, reason, Some(Effect::Refund(payment)))
        }
    }

    /// The owner gives the order up before it is paid.
    pub fn cancel(&self, now: DateTime<Utc>) -> Result<Step, WrongState> {
        let reason = "The customer cancelled the order.";
        step(self.status_at(now), OrderStatus::Cancelled, reason, Some(Effect::Release))
    }

    /// Nobody paid in time.
    pub fn expire(&self, now: DateTime<Utc>) -> Option<Step> {
        let due = self.status != OrderStatus::Expired && self.status_at(now) == OrderStatus::Expired;
        due.then(|| Step::new(OrderStatus::Expired, "The order was not paid in time.", Some(Effect::Release)))
    }

    /// The goods have left.
    pub fn fulfill(&self) -> Result<Step, WrongState> {
        step(self.status, OrderStatus::Fulfilled, "The goods have been shipped.", None)
    }

    /// The shop gives the money back.
    pub fn refund(&self, payment: PaymentId, reason: Option<&str>) -> Result<Step, WrongState> {
        use OrderStatus as O;
        if matches!(self.status, O::Paid | O::Fulfilled) {
            let reason = reason.unwrap_or("The shop refunded the order.");
            Ok(Step::new(O::Refunded, reason, Some(Effect::Refund(payment))))
        } else {
            Err(wrong(self.status, &[O::Paid, O::Fulfilled], "refunded"))
        }
    }
}

fn step(from: OrderStatus, to: OrderStatus, reason: &str, effect: Option<Effect>) -> Result<Step, WrongState> {
    if from.may_become(to) {
        Ok(Step::new(to, reason, effect))
    } else {
        Err(wrong(from, &OrderStatus::leading_to(to), &to.to_string()))
    }
}

/// Whether `viewer` may know of the orders of `customer`.
pub fn concerns(customer: UserId, viewer: &Viewer) -> bool {
    viewer.id() == Some(customer.uuid()) || viewer.has_scope(SCOPE_READ)
}

fn wrong(from: OrderStatus, allowed: &[OrderStatus], wish: &str) -> WrongState {
    let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
    let message =
        format!("An order that is {from} cannot become {wish}; it would have to be {}.", allowed.join(" or "));
    WrongState { from: from.to_string(), allowed, message }
}

#[cfg(test)]
mod tests;
