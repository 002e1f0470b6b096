//! What a customer wants: products and quantities, bounded, each product once.

use std::collections::HashMap;

use super::ids::ProductId;

/// The most lines an order may be placed with.
pub const MAX_LINES: usize = 100;
/// The most pieces of one product in an order.
pub const MAX_QUANTITY: i32 = 9_999;

/// One product of a basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which product.
    pub product: ProductId,
    /// How many, from 1 to [`MAX_QUANTITY`].
    pub quantity: i32,
    /// Where the customer named it first: errors point there.
    pub first: usize,
}

/// Why a list of wishes is no basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasketProblem {
    /// Nothing is wanted.
    Empty,
    /// More than [`MAX_LINES`].
    TooManyLines,
    /// The quantity of the wish at this index is out of bounds, alone or with earlier ones of the same product.
    Quantity(usize),
}

/// A list of lines in which every product occurs once, in the order in which the customer named them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket(Vec<Line>);

impl Basket {
    /// Merges wishes for the same product, or says everything that is wrong with them.
    pub fn new(wishes: &[(ProductId, i64)]) -> Result<Self, Vec<BasketProblem>> {
        if wishes.is_empty() {
            return Err(vec![BasketProblem::Empty]);
        }
        if wishes.len() > MAX_LINES {
            return Err(vec![BasketProblem::TooManyLines]);
        }
        let mut lines: Vec<Line> = Vec::with_capacity(wishes.len());
        let mut places = HashMap::new();
        let most = i64::from(MAX_QUANTITY);
        let mut problems = Vec::new();
        for (index, (product, wanted)) in wishes.iter().enumerate() {
            let place = *places.entry(*product).or_insert(lines.len());
            let before = lines.get(place).map_or(0, |line| line.quantity);
            let within = (1..=most).contains(wanted) && i64::from(before) + wanted <= most;
            if !within {
                problems.push(BasketProblem::Quantity(index));
            }
            let quantity = if within { before + i32::try_from(*wanted).unwrap_or_default() } else { before };
            match lines.get_mut(place) {
                Some(line) => line.quantity = quantity,
                None => lines.push(Line { product: *product, quantity, first: index }),
            }
        }
        if problems.is_empty() { Ok(Self(lines)) } else { Err(problems) }
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }

    /// How many units are wanted in all.
    pub fn units(&self) -> u64 {
        self.0.iter().map(|line| u64::from(line.quantity.unsigned_abs())).sum()
    }

    /// Where the customer named `product` first.
    pub fn first_index_of(&self, product: ProductId) -> Option<usize> {
        self.0.iter().find(|line| line.product == product).map(|line| line.first)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn product(n: u128) -> ProductId {
        ProductId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn wishes_for_one_product_become_one_line() {
        let basket = Basket::new(&[(product(1), 2), (product(2), 1), (product(1), 3)]).unwrap();
        assert_eq!(
            basket.lines(),
            [Line { product: product(1), quantity: 5, first: 0 }, Line { product: product(2), quantity: 1, first: 1 }]
        );
        assert_eq!(basket.first_index_of(product(2)), Some(1));
    }

    #[test]
    fn bounds_hold_for_each_wish_and_for_the_sum() {
        let verdict = |wishes: &[(ProductId, i64)]| Basket::new(wishes).unwrap_err();
        assert_eq!(verdict(&[]), [BasketProblem::Empty]);
        assert_eq!(verdict(&vec![(product(1), 1); MAX_LINES + 1]), [BasketProblem::TooManyLines]);
        for bad in [0, -1, 1_000_000_000, i64::MAX, i64::MIN] {
            assert_eq!(verdict(&[(product(1), 1), (product(2), bad)]), [BasketProblem::Quantity(1)], "{bad}");
        }
        assert_eq!(verdict(&[(product(1), 9_999), (product(1), 1)]), [BasketProblem::Quantity(1)]);
        assert_eq!(verdict(&[(product(1), 0), (product(2), 0)]).len(), 2);
    }
}
