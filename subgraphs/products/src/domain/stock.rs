//! How many of a product there are, and how many of those are promised to orders.

/// The most that can be on hand of one product.
pub const MAX_ON_HAND: i64 = 10_000_000;

/// The stock of one product; `0 ≤ reserved ≤ on_hand`, which the database enforces too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// What lies on the shelf.
    pub on_hand: i64,
    /// What of it is promised.
    pub reserved: i64,
}

impl Stock {
    /// What can still be promised, as long as the product is on sale.
    pub fn available(self) -> i64 {
        self.on_hand - self.reserved
    }

    /// What a customer can order at this moment. Nothing of an archived product can be ordered, whatever lies on the
    /// shelf.
    pub fn orderable(self, archived: bool) -> i64 {
        if archived { 0 } else { self.available() }
    }

    /// Whether `change` keeps the rules, and why not.
    pub fn adjusted(self, change: Change) -> Result<Self, AdjustError> {
        let on_hand = match change {
            Change::By(delta) => self.on_hand.saturating_add(delta),
            Change::To { on_hand, expected } => {
                if expected.is_some_and(|expected| expected != self.on_hand) {
                    return Err(AdjustError::Moved { on_hand: self.on_hand });
                }
                on_hand
            }
        };
        match on_hand {
            on_hand if !(0..=MAX_ON_HAND).contains(&on_hand) => Err(AdjustError::OutOfRange),
            on_hand if on_hand < self.reserved => Err(AdjustError::Reserved { reserved: self.reserved }),
            on_hand => Ok(Self { on_hand, ..self }),
        }
    }
}

/// A correction of what is on hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many more, or fewer.
    By(i64),
    /// Exactly so many, as long as it still was what the counter believed.
    To {
        /// The new count.
        on_hand: i64,
        /// The old count, where the caller knows it.
        expected: Option<i64>,
    },
}

/// Why a correction was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdjustError {
    /// The count was another one than the caller believed.
    #[error("The stock has changed in the meantime: there are {on_hand} on hand.")]
    Moved {
        /// What is on hand.
        on_hand: i64,
    },
    /// Fewer would be left than are promised.
    #[error("{reserved} are reserved for orders, so that fewer cannot be on hand.")]
    Reserved {
        /// What is promised.
        reserved: i64,
    },
    /// Below zero or above [`MAX_ON_HAND`].
    #[error("There can be from 0 to {MAX_ON_HAND} in stock.")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOCK: Stock = Stock { on_hand: 5, reserved: 2 };

    #[test]
    fn a_change_never_takes_what_is_promised() {
        assert_eq!(STOCK.available(), 3);
        assert_eq!((STOCK.orderable(false), STOCK.orderable(true)), (3, 0));
        assert_eq!(STOCK.adjusted(Change::By(-3)), Ok(Stock { on_hand: 2, reserved: 2 }));
        assert_eq!(STOCK.adjusted(Change::By(-4)), Err(AdjustError::Reserved { reserved: 2 }));
        assert_eq!(STOCK.adjusted(Change::By(i64::MAX)), Err(AdjustError::OutOfRange));
        assert_eq!(STOCK.adjusted(Change::By(-6)), Err(AdjustError::OutOfRange));
    }

    #[test]
    fn a_count_is_set_only_over_the_expected_one() {
        let to = |on_hand, expected| STOCK.adjusted(Change::To { on_hand, expected });
        assert_eq!(to(9, Some(5)), Ok(Stock { on_hand: 9, reserved: 2 }));
        assert_eq!(to(9, None), Ok(Stock { on_hand: 9, reserved: 2 }));
        assert_eq!(to(9, Some(4)), Err(AdjustError::Moved { on_hand: 5 }));
        assert_eq!(to(1, None), Err(AdjustError::Reserved { reserved: 2 }));
    }
}
