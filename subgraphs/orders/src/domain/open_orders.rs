//! How much one customer may hold without paying for it.
//!
//! Stock that is held for an unpaid order is kept from everybody else, so that a single account could empty a shop.

use super::{basket::Basket, status::OrderStatus};

/// What one customer may hold unpaid in all; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrderLimits {
    /// Orders.
    pub orders: u32,
    /// Units of any product, the items of all unpaid orders together.
    pub units: u32,
}

/// What one customer holds unpaid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOrders {
    /// Orders.
    pub orders: u64,
    /// Units of any product.
    pub units: u64,
}

/// The order would exceed a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyOpenOrders {
    /// There are as many unpaid orders as there may be.
    #[error("You have {0} unpaid orders, as many as one account may have. Pay or cancel one of them first.")]
    Orders(u64),
    /// There would be too many units.
    #[error(
        "Unpaid orders of one account may have {limit} units in all; yours have {present}, and this one has {wanted} more."
    )]
    Units {
        /// How many there may be.
        limit: u32,
        /// How many there are.
        present: u64,
        /// How many more are wanted.
        wanted: u64,
    },
}

impl OpenOrderLimits {
    /// Whether one more order of `basket` may be placed beside the `present` ones.
    pub fn admit(self, present: OpenOrders, basket: &Basket) -> Result<(), TooManyOpenOrders> {
        if self.orders > 0 && present.orders >= u64::from(self.orders) {
            return Err(TooManyOpenOrders::Orders(present.orders));
        }
        let wanted = basket.units();
        if self.units > 0 && present.units.saturating_add(wanted) > u64::from(self.units) {
            return Err(TooManyOpenOrders::Units { limit: self.units, present: present.units, wanted });
        }
        Ok(())
    }
}

/// The stored states of an open order. One that is overdue is not open, whatever is stored: see [`super::Order::status_at`].
pub const OPEN: [OrderStatus; 3] = [OrderStatus::Pending, OrderStatus::AwaitingPayment, OrderStatus::PaymentFailed];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::ProductId;

    #[test]
    fn an_order_is_admitted_up_to_each_limit() {
        let limits = OpenOrderLimits { orders: 2, units: 10 };
        let basket = Basket::new(&[(ProductId::from_uuid(Uuid::from_u128(1)), 4)]).unwrap();
        let admit = |limits: OpenOrderLimits, orders, units| limits.admit(OpenOrders { orders, units }, &basket);
        assert_eq!(admit(limits, 1, 6), Ok(()));
        assert_eq!(admit(limits, 2, 0), Err(TooManyOpenOrders::Orders(2)));
        assert_eq!(admit(limits, 1, 7), Err(TooManyOpenOrders::Units { limit: 10, present: 7, wanted: 4 }));
        assert_eq!(
            admit(limits, 0, u64::MAX),
            Err(TooManyOpenOrders::Units { limit: 10, present: u64::MAX, wanted: 4 })
        );
        assert_eq!(admit(OpenOrderLimits { orders: 0, units: 0 }, 1_000_000, u64::MAX), Ok(()), "0 is no limit");
    }
}
