//! What an order holds of the stock, and what may become of it.
//!
//! | from \ command | reserve, same attempt | reserve, later attempt | release | consume | undo consume |
//! |---|---|---|---|---|---|
//! | nothing | HELD | HELD | RELEASED, a mark | not found | not found |
//! | HELD | the same answer | refused | RELEASED; of a later attempt: untouched | CONSUMED | untouched |
//! | RELEASED | refused: a late message | HELD | untouched | refused | untouched |
//! | CONSUMED | refused | refused | refused | untouched | HELD |
//!
//! The attempt's number makes every command safe to repeat and safe to arrive late: a release whose reserve is still
//! on its way leaves a mark that the reserve meets, and a release of the first attempt cannot undo the second.

use chrono::{DateTime, Utc};
use kit::money::Money;

use super::{OrderId, ProductId, Title};

/// The most of one product that one order may hold.
pub const MAX_QUANTITY: i64 = 9_999;
/// How many lines one request may have.
pub const MAX_LINES: usize = 100;

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationState {
    /// The stock is promised.
    Held,
    /// The stock has left. The end, unless it turns out that there is no such sale.
    Consumed,
    /// The stock is free again.
    Released,
}

impl ReservationState {
    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Consumed => "CONSUMED",
            Self::Released => "RELEASED",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Consumed, Self::Released].into_iter().find(|state| state.as_str() == text)
    }
}

/// What one order holds, held or once held.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservation {
    /// The order, which another domain owns.
    pub order: OrderId,
    /// Where it stands.
    pub state: ReservationState,
    /// Counts how often the order has asked anew.
    pub attempt: i32,
    /// Until when the order wants it. Never acted upon here: the order asks for what is over, and decides.
    pub expires_at: DateTime<Utc>,
    /// One line per product.
    pub lines: Vec<Line>,
}

/// One product of a reservation, as it was promised.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The product.
    pub product: ProductId,
    /// Its title at that moment.
    pub title: Title,
    /// How many.
    pub quantity: i64,
    /// The price of one at that moment.
    pub unit_price: Money,
}

/// A line as it was asked for: merged, in the order of each product's first mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The product.
    pub product: ProductId,
    /// How many in all.
    pub quantity: i64,
    /// Where the request first named it.
    pub index: usize,
}

/// What `reserve` has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveStep {
    /// Hold the stock.
    Hold,
    /// Answer as before.
    Repeat,
}

/// Why a command does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The reservation has moved on.
    State(ReservationState),
    /// The same attempt with other lines.
    OtherLines,
}

impl Reservation {
    /// What `reserve` does where this is known of the order.
    pub fn on_reserve(&self, attempt: i32, wanted: &[Wanted]) -> Result<ReserveStep, Refusal> {
        match self.state {
            ReservationState::Released if attempt > self.attempt => Ok(ReserveStep::Hold),
            ReservationState::Held if attempt == self.attempt => {
                if self.holds(wanted) {
                    Ok(ReserveStep::Repeat)
                } else {
                    Err(Refusal::OtherLines)
                }
            }
            state => Err(Refusal::State(state)),
        }
    }

    /// Whether `release` of attempts up to `attempt` frees something.
    pub fn on_release(&self, attempt: i32) -> Result<bool, Refusal> {
        match self.state {
            ReservationState::Held => Ok(self.attempt <= attempt),
            ReservationState::Released => Ok(false),
            ReservationState::Consumed => Err(Refusal::State(self.state)),
        }
    }

    /// Whether `consume` takes something.
    pub fn on_consume(&self) -> Result<bool, Refusal> {
        match self.state {
            ReservationState::Held => Ok(true),
            ReservationState::Consumed => Ok(false),
            ReservationState::Released => Err(Refusal::State(self.state)),
        }
    }

    /// Whether undoing `consume` puts something back on the shelf.
    pub fn on_undo_consume(&self) -> bool {
        self.state == ReservationState::Consumed
    }

    fn holds(&self, wanted: &[Wanted]) -> bool {
        self.lines.len() == wanted.len()
            && wanted.iter().all(|want| {
                self.lines.iter().any(|line| line.product == want.product && line.quantity == want.quantity)
            })
    }
}

/// One line per product, in the order of first mention; sums do not overflow.
pub fn merge(lines: impl IntoIterator<Item = (ProductId, i64)>) -> Vec<Wanted> {
    let mut merged: Vec<Wanted> = Vec::new();
    for (index, (product, quantity)) in lines.into_iter().enumerate() {
        match merged.iter_mut().find(|line| line.product == product) {
            Some(line) => line.quantity = line.quantity.saturating_add(quantity),
            None => merged.push(Wanted { product, quantity, index }),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use kit::money::Currency;
    use uuid::Uuid;

    use super::*;

    fn product(number: u128) -> ProductId {
        ProductId::from_uuid(Uuid::from_u128(number))
    }

    fn reservation(state: ReservationState, attempt: i32) -> Reservation {
        let unit_price = Money { minor: 100, currency: Currency::parse("EUR").unwrap() };
        let line = Line { product: product(1), title: Title::trusted("One".into()), quantity: 3, unit_price };
        let order = OrderId::from_uuid(Uuid::nil());
        Reservation { order, state, attempt, expires_at: DateTime::UNIX_EPOCH, lines: vec![line] }
    }

    #[test]
    fn lines_of_one_product_are_one() {
        let merged = merge([(product(2), 1), (product(1), 2), (product(2), i64::MAX)]);
        let quantities: Vec<_> = merged.iter().map(|line| (line.product, line.quantity, line.index)).collect();
        assert_eq!(quantities, [(product(2), i64::MAX, 0), (product(1), 2, 1)]);
    }

    #[test]
    fn the_table_of_reserve() {
        use ReservationState::{Consumed, Held, Released};
        let wanted = merge([(product(1), 1), (product(1), 2)]);
        let other = merge([(product(1), 1)]);
        assert_eq!(reservation(Held, 1).on_reserve(1, &wanted), Ok(ReserveStep::Repeat));
        assert_eq!(reservation(Held, 1).on_reserve(1, &other), Err(Refusal::OtherLines));
        assert_eq!(reservation(Held, 1).on_reserve(2, &wanted), Err(Refusal::State(Held)));
        assert_eq!(reservation(Released, 1).on_reserve(1, &wanted), Err(Refusal::State(Released)));
        assert_eq!(reservation(Released, 1).on_reserve(2, &wanted), Ok(ReserveStep::Hold));
        assert_eq!(reservation(Consumed, 1).on_reserve(2, &wanted), Err(Refusal::State(Consumed)));
    }

    #[test]
    fn the_table_of_release_and_consume() {
        use ReservationState::{Consumed, Held, Released};
        assert_eq!(reservation(Held, 1).on_release(1), Ok(true));
        assert_eq!(reservation(Held, 2).on_release(1), Ok(false));
        assert_eq!(reservation(Released, 1).on_release(1), Ok(false));
        assert_eq!(reservation(Consumed, 1).on_release(1), Err(Refusal::State(Consumed)));
        assert_eq!(reservation(Held, 1).on_consume(), Ok(true));
        assert_eq!(reservation(Consumed, 1).on_consume(), Ok(false));
        assert_eq!(reservation(Released, 1).on_consume(), Err(Refusal::State(Released)));
        assert_eq!(
            [Held, Released, Consumed].map(|state| reservation(state, 1).on_undo_consume()),
            [false, false, true]
        );
    }
}
