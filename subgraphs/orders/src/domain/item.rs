//! One product's line in an order, and the sum of them.

use kit::money::Money;

use super::ids::{ItemId, OrderId, ProductId};

/// A line: what was bought, and how products called and priced it at that moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// The order it belongs to.
    pub order: OrderId,
    /// Which product.
    pub product: ProductId,
    /// How many.
    pub quantity: i32,
    /// What products said; unknown while the order is PENDING.
    pub snapshot: Option<Snapshot>,
}

/// A product as it was when the order was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its title.
    pub title: String,
    /// The price of one piece.
    pub unit_price: Money,
}

impl Item {
    /// Unit price times quantity. `None` before it is known; placement refused what cannot be represented.
    pub fn line_total(&self) -> Option<Money> {
        line_total(self.snapshot.as_ref()?.unit_price, self.quantity)
    }
}

/// Unit price times quantity. `None` where that is too large.
pub fn line_total(unit_price: Money, quantity: i32) -> Option<Money> {
    unit_price.checked_mul(i64::from(quantity))
}

/// What an order of these lines costs. `None` when there are none, the currencies differ or the sum is too large.
pub fn total(lines: impl IntoIterator<Item = (Money, i32)>) -> Option<Money> {
    let mut lines = lines.into_iter().map(|(price, quantity)| line_total(price, quantity));
    let first = lines.next()??;
    lines.try_fold(first, |sum, line| sum.checked_add(line?))
}
