//! An order, and the rules by which it goes on.
//!
//! A rule answers with a [`Step`]: where the order goes, why, and what must be said to others because of it. Whoever
//! stores a step stores all three in one transaction. Nothing here knows who stores it, or asks what time it is.

use chrono::{DateTime, Utc};
use kit::money::Money;
use schema::Viewer;

use super::{
    ShippingAddress,
    cause::Cause,
    ids::{OrderId, PaymentId, UserId},
    number::OrderNumber,
    payment::Outcome,
    status::OrderStatus,
};

/// Sees everybody's orders.
pub const SCOPE_READ: &str = "orders:read";
/// Cancels anybody's orders, refunds and fulfils them.
pub const SCOPE_WRITE: &str = "orders:write";

/// What the timeline says of an expiry.
pub const EXPIRED: &str = "The order was not paid in time.";

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
    /// When its timeline last moved.
    pub updated_at: DateTime<Utc>,
    /// Counts the rows of its timeline.
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

/// A transition that the rules allow, or a note of something that changes no status: of a payment above all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where the order goes.
    pub to: OrderStatus,
    /// Why, for programs.
    pub cause: Cause,
    /// Why, in a sentence. Customers read both in the timeline.
    pub reason: String,
    /// What follows from it.
    pub effect: Option<Effect>,
    /// When it happened, where that was before now.
    pub at: Option<DateTime<Utc>>,
}

/// The order is not where it would have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongState {
    /// Where it is.
    pub from: OrderStatus,
    /// Where it would have to be.
    pub allowed: Vec<OrderStatus>,
    /// The same in a sentence.
    pub message: String,
}

impl WrongState {
    /// An order that is `from` cannot be `wish`: paid, say.
    pub fn new(from: OrderStatus, allowed: &[OrderStatus], wish: &str) -> Self {
        let message = format!("This order cannot be {wish}: {}.", from.in_words());
        Self { from, allowed: allowed.to_vec(), message }
    }
}

/// Who gives an order up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceller {
    /// The customer whose order it is.
    Customer,
    /// Somebody else, who holds [`SCOPE_WRITE`].
    Administrator,
}

/// What to do about a provider's word on a payment of this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The order goes on.
    Step(Step),
    /// The payment changes, the order does not.
    Nothing,
    /// The money came after the order had expired, before anybody had stored that or released the stock. Both steps
    /// follow each other: a client may have seen the first.
    Overdue {
        /// To EXPIRED. It keeps the stock.
        expired: Step,
        /// From there to PAID.
        paid: Step,
    },
    /// The money came after the stock was given back: hold it again, then [`Order::late`].
    HoldAgain,
}

impl Step {
    fn new(to: OrderStatus, cause: Cause, reason: impl Into<String>, effect: Option<Effect>) -> Self {
        Self { to, cause, reason: reason.into(), effect, at: None }
    }
}

impl Order {
    /// Owners and holders of [`SCOPE_READ`] see an order; nobody sees one that was rejected.
    pub fn may_be_seen_by(&self, viewer: &Viewer) -> bool {
        self.status != OrderStatus::Rejected && concerns(self.customer, viewer)
    }

    /// Where the order stands at `now`, even if nobody has written down yet that its time is up.
    pub fn status_at(&self, now: DateTime<Utc>) -> OrderStatus {
        let over = self.expires_at.is_some_and(|at| at <= now);
        if self.status.expires() && over { OrderStatus::Expired } else { self.status }
    }

    /// The order as of `now`: one that is overdue has been EXPIRED since its `expires_at`, exactly as the expiry worker
    /// will store it. For showing only; a step is decided and stored from the stored order.
    #[must_use]
    pub fn as_of(self, now: DateTime<Utc>) -> Self {
        match self.expire(now) {
            Some(step) => {
                let updated_at = step.at.unwrap_or(now).max(self.updated_at);
                Self { status: step.to, version: self.version + 1, updated_at, ..self }
            }
            None => self,
        }
    }

    /// products holds every line.
    pub fn confirm(&self) -> Result<Step, WrongState> {
        step(self.status, OrderStatus::AwaitingPayment, Cause::GoodsReserved, "The goods are reserved.", None)
    }

    /// products refused, or nobody ever heard its answer. Whatever it may hold is released.
    pub fn reject(&self, reason: &str) -> Result<Step, WrongState> {
        step(self.status, OrderStatus::Rejected, Cause::Rejected, reason, Some(Effect::Release))
    }

    /// Whether a payment may begin, and of how much.
    pub fn payable(&self, now: DateTime<Utc>) -> Result<Money, WrongState> {
        let status = self.status_at(now);
        match (status, self.total) {
            (OrderStatus::AwaitingPayment | OrderStatus::PaymentFailed, Some(total)) => Ok(total),
            _ => Err(WrongState::new(status, &OrderStatus::EXPIRING, "paid")),
        }
    }

    /// The provider's word on `payment`, which was PENDING until `now`.
    pub fn receive(&self, payment: PaymentId, outcome: &Outcome, now: DateTime<Utc>) -> Arrival {
        use OrderStatus as O;
        if let (Outcome::Succeeded, Some(expired)) = (outcome, self.expire(now)) {
            let reason = "The payment succeeded late, when the goods were still reserved.";
            let paid = Step::new(O::Paid, Cause::PaymentSucceeded, reason, Some(Effect::Consume));
            return Arrival::Overdue { expired: Step { effect: None, ..expired }, paid };
        }
        match (outcome, self.status_at(now)) {
            (Outcome::Succeeded, O::AwaitingPayment | O::PaymentFailed) => {
                let reason = "The payment succeeded.";
                Arrival::Step(Step::new(O::Paid, Cause::PaymentSucceeded, reason, Some(Effect::Consume)))
            }
            (Outcome::Succeeded, O::Expired) => Arrival::HoldAgain,
            (Outcome::Succeeded, O::Cancelled) => Arrival::Step(Step::new(
                O::Refunded,
                Cause::PaidTooLate,
                "The payment succeeded after the order was cancelled; the money goes back.",
                Some(Effect::Refund(payment)),
            )),
            (Outcome::Declined { .. }, O::AwaitingPayment) => Arrival::Step(declined(O::PaymentFailed)),
            // Where the status stays, the decline is noted all the same: whoever waits for the payment sees the order move.
            (Outcome::Declined { .. }, O::PaymentFailed | O::Expired | O::Cancelled) if self.expire(now).is_none() => {
                Arrival::Step(declined(self.status))
            }
            // An expiry that nobody has stored yet moves the order anyway. The other states have no open payment: an index
            // sees to that.
            _ => Arrival::Nothing,
        }
    }

    /// The provider does not say what became of a payment: a note, as long as the order stands where it is stored.
    pub fn doubt(&self, now: DateTime<Utc>) -> Option<Step> {
        let reason = "It is not known yet whether the payment succeeded; it is being checked.";
        (self.status_at(now) == self.status).then(|| Step::new(self.status, Cause::PaymentInDoubt, reason, None))
    }

    /// What becomes of an expired order whose money has come: sold if the stock could be held again, else refunded.
    pub fn late(&self, payment: PaymentId, held_again: bool) -> Result<Step, WrongState> {
        if held_again {
            let reason = "The payment succeeded late, and the goods could be reserved again.";
            step(self.status, OrderStatus::Paid, Cause::PaymentSucceeded, reason, Some(Effect::Consume))
        } else {
            let reason = "The payment succeeded late, when the goods were gone; the money goes back.";
            step(self.status, OrderStatus::Refunded, Cause::PaidTooLate, reason, Some(Effect::Refund(payment)))
        }
    }

    /// Somebody gives the order up before it is paid, for `reason` where they gave one.
    pub fn cancel(&self, by: Canceller, reason: Option<&str>, now: DateTime<Utc>) -> Result<Step, WrongState> {
        let (cause, who) = match by {
            Canceller::Customer => (Cause::CancelledByCustomer, "The customer"),
            Canceller::Administrator => (Cause::CancelledByAdministrator, "An administrator"),
        };
        let reason = match reason {
            Some(reason) => format!("{who} cancelled the order: {reason}"),
            None => format!("{who} cancelled the order."),
        };
        step(self.status_at(now), OrderStatus::Cancelled, cause, &reason, Some(Effect::Release))
    }

    /// The provider turns out to have taken no money for the sale. Beside the table of transitions: nobody can wish for it.
    pub fn void(&self) -> Option<Step> {
        let reason = "The payment provider has taken no money for this order.";
        (self.status == OrderStatus::Paid).then(|| Step::new(OrderStatus::Cancelled, Cause::NotCharged, reason, None))
    }

    /// products no longer holds the goods of an unpaid order, and has too few to hold them again.
    pub fn lose_goods(&self) -> Result<Step, WrongState> {
        let reason = "The goods could no longer be held for this order.";
        step(self.status, OrderStatus::Cancelled, Cause::GoodsLost, reason, None)
    }

    /// The provider turns out to have given the money back.
    pub fn refunded(&self) -> Option<Step> {
        let becomes = self.status.may_become(OrderStatus::Refunded);
        becomes.then(|| Step::new(OrderStatus::Refunded, Cause::RefundedByProvider, "The money went back.", None))
    }

    /// Nobody paid in time.
    pub fn expire(&self, now: DateTime<Utc>) -> Option<Step> {
        let due = self.status != OrderStatus::Expired && self.status_at(now) == OrderStatus::Expired;
        let expired = || Step::new(OrderStatus::Expired, Cause::NotPaidInTime, EXPIRED, Some(Effect::Release));
        due.then(|| Step { at: self.expires_at, ..expired() })
    }

    /// The goods have left.
    pub fn fulfill(&self, now: DateTime<Utc>) -> Result<Step, WrongState> {
        step(self.status_at(now), OrderStatus::Fulfilled, Cause::Shipped, "The goods have been shipped.", None)
    }

    /// The shop gives the money back.
    pub fn refund(&self, payment: PaymentId, reason: Option<&str>, now: DateTime<Utc>) -> Result<Step, WrongState> {
        let reason = reason.unwrap_or("The shop refunded the order.");
        self.give_back(payment, Cause::RefundedByAdministrator, reason, now)
    }

    /// The goods that were paid turn out to be gone, so the money goes back.
    pub fn lose_sold_goods(&self, payment: PaymentId, now: DateTime<Utc>) -> Result<Step, WrongState> {
        self.give_back(payment, Cause::GoodsLost, "The goods are no longer there; the money goes back.", now)
    }

    fn give_back(
        &self,
        payment: PaymentId,
        cause: Cause,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<Step, WrongState> {
        use OrderStatus as O;
        if matches!(self.status, O::Paid | O::Fulfilled) {
            Ok(Step::new(O::Refunded, cause, reason, Some(Effect::Refund(payment))))
        } else {
            Err(WrongState::new(self.status_at(now), &[O::Paid, O::Fulfilled], "refunded"))
        }
    }
}

fn declined(to: OrderStatus) -> Step {
    Step::new(to, Cause::PaymentDeclined, "The payment was declined.", None)
}

fn step(
    from: OrderStatus,
    to: OrderStatus,
    cause: Cause,
    reason: &str,
    effect: Option<Effect>,
) -> Result<Step, WrongState> {
    if from.may_become(to) {
        Ok(Step::new(to, cause, reason, effect))
    } else {
        Err(WrongState::new(from, &OrderStatus::leading_to(to), to.as_participle()))
    }
}

/// Whether `viewer` may know of the orders of `customer`.
pub fn concerns(customer: UserId, viewer: &Viewer) -> bool {
    viewer.id() == Some(customer.uuid()) || viewer.has_scope(SCOPE_READ)
}

#[cfg(test)]
mod tests;
