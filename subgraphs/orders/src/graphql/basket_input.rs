//! What somebody wants, and what they were shown, as `placeOrder` and `quote` are told it.

use async_graphql::{ID, InputObject};
use kit::{
    money::{Money, MoneyInput, MoneyProblem},
    user_error::{Bounds, Problem},
};
use serde_json::json;
use uuid::Uuid;

use super::input::Problems;
use crate::{
    domain::{
        Basket, BasketProblem, ProductId,
        basket::{MAX_LINES, MAX_QUANTITY},
    },
    purchase::Expected,
    refusal::{ErrorCode, Refusal},
};

/// One product, and how many.
#[derive(Clone, Debug, InputObject)]
pub struct OrderItemInput {
    /// The product's id.
    pub product_id: ID,
    /// From 1 to 9999, all items of one product together.
    pub quantity: i32,
    /// What you expect one to cost. Where its price differs, that is a `PriceError` at this place.
    pub expected_unit_price: Option<MoneyInput>,
}

impl OrderItemInput {
    /// What an idempotency key stands for. The price is there only where it says something, so that keys of before there
    /// was such a field still mean the same.
    pub fn canonical(&self) -> serde_json::Value {
        let price = self.expected_unit_price.as_ref().and_then(|price| price.to_money().ok());
        match price {
            None => json!([*self.product_id, self.quantity]),
            Some(price) => json!([*self.product_id, self.quantity, price.to_string()]),
        }
    }
}

/// The basket and the expectations, unless something is wrong with them.
pub fn wanted(
    items: &[OrderItemInput],
    total: Option<&MoneyInput>,
    problems: &mut Problems,
) -> Option<(Basket, Expected)> {
    let basket = basket(items, problems);
    let unit_prices = unit_prices(items, problems);
    let total = match total {
        Some(given) => money(given, &["expectedTotal"], problems).map(Some),
        None => Some(None),
    };
    let (basket, total) = basket.zip(total)?;
    Some((basket, Expected { total, unit_prices }))
}

/// What the items' products are expected to cost; the input is refused anyway where an id is none.
fn unit_prices(items: &[OrderItemInput], problems: &mut Problems) -> Vec<(usize, ProductId, Money)> {
    let mut prices = Vec::new();
    for (index, item) in items.iter().take(MAX_LINES).enumerate() {
        let Some(given) = &item.expected_unit_price else { continue };
        let price = money(given, &["items", &index.to_string(), "expectedUnitPrice"], problems);
        let product = ProductId::parse(&item.product_id).ok();
        prices.extend(product.zip(price).map(|(product, price)| (index, product, price)));
    }
    prices
}

fn basket(items: &[OrderItemInput], problems: &mut Problems) -> Option<Basket> {
    let wishes: Vec<_> = items
        .iter()
        .take(MAX_LINES + 1)
        .enumerate()
        .map(|(index, item)| {
            let product = ProductId::parse(&item.product_id).unwrap_or_else(|error| {
                let path = ["input", "items", &index.to_string(), "productId"];
                problems.add(Refusal::input(ErrorCode::InvalidId, error.to_string(), path));
                // A stand-in that is no other item's product, so that its quantity can be judged as well.
                ProductId::from_uuid(Uuid::from_u128(index as u128))
            });
            (product, i64::from(item.quantity))
        })
        .collect();
    match Basket::new(&wishes) {
        Ok(basket) => Some(basket),
        Err(faults) => {
            for fault in faults {
                problems.add(basket_refusal(fault));
            }
            None
        }
    }
}

fn basket_refusal(problem: BasketProblem) -> Refusal {
    match problem {
        BasketProblem::Empty => {
            let message = "Choose at least one product.";
            Refusal::outside(Bounds::at_least(1), ErrorCode::Required, message, ["input", "items"])
        }
        BasketProblem::TooManyLines => {
            let message = format!("Choose at most {MAX_LINES} products.");
            Refusal::outside(Bounds::at_most(MAX_LINES), ErrorCode::TooManyItems, message, ["input", "items"])
        }
        BasketProblem::Quantity(index) => {
            let message = format!("Choose a quantity from 1 to {MAX_QUANTITY}.");
            let path = ["input", "items", &index.to_string(), "quantity"];
            Refusal::outside(Bounds::new(1, MAX_QUANTITY), ErrorCode::InvalidQuantity, message, path)
        }
    }
}

/// An amount at a place of the input, unless something is wrong with it.
fn money(given: &MoneyInput, place: &[&str], problems: &mut Problems) -> Option<Money> {
    let refused = |problem: MoneyProblem| {
        let unknown = problem == MoneyProblem::UnknownCurrency;
        let code = if unknown { ErrorCode::InvalidCurrency } else { ErrorCode::InvalidAmount };
        let path = ["input"].iter().chain(place).copied().chain([problem.field()]);
        Refusal::Input(Problem::new(code, problem.to_string()).at(path))
    };
    let read = given.to_money();
    read.map_err(|all| all.into_iter().for_each(|problem| problems.add(refused(problem)))).ok()
}
