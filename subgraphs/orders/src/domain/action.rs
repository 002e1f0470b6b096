//! What can be done with an order, and by whom: asked before it is offered, and again when it is done.

use chrono::{DateTime, Utc};
use kit::money::Money;
use schema::Viewer;

use super::{
    Order, Payment,
    ids::PaymentId,
    order::{Canceller, SCOPE_WRITE, Step, WrongState},
    status::{OrderStatus, PaymentStatus},
};

/// Something that a mutation does with an existing order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `payOrder`.
    Pay,
    /// `cancelOrder`.
    Cancel,
    /// `refundOrder`.
    Refund,
    /// `fulfillOrder`.
    Fulfill,
}

/// Why an order cannot be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpayable {
    /// The order is not where it would have to be.
    Order(WrongState),
    /// A payment of it has not failed.
    Payment(PaymentStatus),
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Pay, Self::Cancel, Self::Refund, Self::Fulfill];

    /// Whether the action would be carried out if `viewer` asked for it now. `payment` is the order's payment that is open
    /// or took money, if there is one.
    pub fn is_allowed(self, order: &Order, payment: Option<&Payment>, viewer: &Viewer, now: DateTime<Utc>) -> bool {
        match self {
            Self::Pay => order.is_own_of(viewer) && order.begin_payment(payment, now).is_ok(),
            Self::Cancel => order.canceller(viewer).is_some_and(|by| order.cancel(by, None, now).is_ok()),
            Self::Refund => viewer.has_scope(SCOPE_WRITE) && order.begin_refund(payment, None, now).is_ok(),
            Self::Fulfill => viewer.has_scope(SCOPE_WRITE) && order.fulfill(now).is_ok(),
        }
    }
}

impl Order {
    /// Whether `viewer` has placed the order.
    pub fn is_own_of(&self, viewer: &Viewer) -> bool {
        viewer.id() == Some(self.customer.uuid())
    }

    /// As what `viewer` may cancel the order, if at all.
    pub fn canceller(&self, viewer: &Viewer) -> Option<Canceller> {
        if self.is_own_of(viewer) {
            Some(Canceller::Customer)
        } else {
            viewer.has_scope(SCOPE_WRITE).then_some(Canceller::Administrator)
        }
    }

    /// Whether a payment may begin beside this one, and of how much.
    pub fn begin_payment(&self, payment: Option<&Payment>, now: DateTime<Utc>) -> Result<Money, Unpayable> {
        let amount = self.payable(now).map_err(Unpayable::Order)?;
        payment.map_or(Ok(amount), |payment| Err(Unpayable::Payment(payment.status)))
    }

    /// The shop gives the money of this payment back.
    pub fn begin_refund(
        &self,
        payment: Option<&Payment>,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Step, PaymentId), WrongState> {
        let taken = payment.filter(|payment| payment.status == PaymentStatus::Succeeded).map(|payment| payment.id);
        let unpaid = || WrongState::new(self.status_at(now), &[OrderStatus::Paid, OrderStatus::Fulfilled], "refunded");
        let payment = taken.ok_or_else(unpaid)?;
        Ok((self.refund(payment, reason, now)?, payment))
    }
}
