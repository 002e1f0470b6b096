//! The states in which an order, its goods, a payment and its charge are found, wherever each is kept.

use std::fmt;

use crate::{
    domain::{OrderStatus, PaymentStatus},
    provider::Booking,
    remote::{Reservation, ReservationState},
};

/// One payment with all that it is about; or an order without payments, or a charge without a payment, or goods that are
/// held for no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    /// The order, as orders has it.
    pub order: Standing,
    /// Its goods, as products has them.
    pub goods: Goods,
    /// The payment, as orders has it.
    pub payment: Option<PaymentStatus>,
    /// The charge, as the provider has it.
    pub money: Money,
    /// Another payment of the order is open or took money.
    pub paid_otherwise: bool,
    /// A payment of the order, this one or another, is PENDING.
    pub in_doubt: bool,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// There is none.
    Missing,
    /// It waits for a payment, and its time is over.
    Overdue,
    /// As it is stored.
    Is(OrderStatus),
}

/// What products has for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Goods {
    /// It has never heard of it.
    Nothing,
    /// They are held.
    Held,
    /// They are held by an attempt later than the one that the order knows of.
    HeldAhead,
    /// They have left the shelf.
    Consumed,
    /// They were held, and are free.
    Released,
}

/// What the provider has for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Money {
    /// It has never heard of it.
    Unknown,
    /// It was not taken, and never will be.
    Declined,
    /// The provider has it.
    Taken,
    /// It went back.
    Refunded,
}

impl Goods {
    /// What `reservation` says of an order whose own attempt is `attempt`.
    pub fn of(reservation: Option<&Reservation>, attempt: i32) -> Self {
        match reservation {
            None => Self::Nothing,
            Some(Reservation { state: ReservationState::Held, attempt: held, .. }) if *held > attempt => {
                Self::HeldAhead
            }
            Some(Reservation { state: ReservationState::Held, .. }) => Self::Held,
            Some(Reservation { state: ReservationState::Consumed, .. }) => Self::Consumed,
            Some(Reservation { state: ReservationState::Released, .. }) => Self::Released,
        }
    }
}

impl From<Option<Booking>> for Money {
    fn from(booking: Option<Booking>) -> Self {
        match booking {
            None => Self::Unknown,
            Some(Booking::Declined) => Self::Declined,
            Some(Booking::Taken) => Self::Taken,
            Some(Booking::Refunded) => Self::Refunded,
        }
    }
}

impl fmt::Display for Case {
    /// `order PAID, goods RELEASED, payment SUCCEEDED, charge TAKEN`; what nobody knows of is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order {
            Standing::Missing => f.write_str("no order")?,
            Standing::Overdue => f.write_str("order unpaid and overdue")?,
            Standing::Is(status) => write!(f, "order {status}")?,
        }
        match self.goods {
            Goods::Nothing => {}
            Goods::Held | Goods::HeldAhead => f.write_str(", goods HELD")?,
            Goods::Consumed => f.write_str(", goods CONSUMED")?,
            Goods::Released => f.write_str(", goods RELEASED")?,
        }
        if let Some(payment) = self.payment {
            write!(f, ", payment {payment}")?;
        }
        match self.money {
            Money::Unknown if self.payment.is_some() => f.write_str(", no charge"),
            Money::Unknown => Ok(()),
            Money::Declined => f.write_str(", charge DECLINED"),
            Money::Taken => f.write_str(", charge TAKEN"),
            Money::Refunded => f.write_str(", charge REFUNDED"),
        }
    }
}
