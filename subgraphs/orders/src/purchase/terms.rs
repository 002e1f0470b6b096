//! On which terms a basket can be had: the rules that a quote and an order share, and all that speaks against it at once.

use kit::{money::Money, user_error::Problem};

use crate::{
    domain::{Basket, ProductId, item::total},
    refusal::{ErrorCode, Refusal},
    remote::{Offer, Reason},
};

/// What a customer was shown; anything else is refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expected {
    /// In all.
    pub total: Option<Money>,
    /// For one piece of the product that the item at this index names.
    pub unit_prices: Vec<(usize, ProductId, Money)>,
}

/// What a basket costs, and why it cannot be had.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The sum of what is sold at all; unknown where there is no sum.
    pub total: Option<Money>,
    /// Everything that speaks against it. Nothing: it can be had for the total.
    pub refusals: Vec<Refusal>,
}

/// The terms of `basket`, of which products offers this and says that.
pub fn terms(basket: &Basket, expected: &Expected, offers: &[Offer], reasons: &[Reason]) -> Terms {
    let mut refusals: Vec<_> = reasons.iter().map(|reason| refusal(reason, basket)).collect();
    refusals.extend(expected.unit_prices.iter().filter_map(|expected| changed_price(expected, offers)));
    let sum = total(offers.iter().map(|offer| (offer.snapshot.unit_price, offer.quantity)));
    let has_one_currency = !reasons.iter().any(|reason| reason.code == "CURRENCY_MISMATCH");
    if sum.is_none() && !offers.is_empty() && has_one_currency {
        let message = "The total is too large to be charged.";
        refusals.push(Refusal::input(ErrorCode::TotalTooLarge, message, ["input", "items"]));
    }
    // The sum of a part is another one anyway.
    let is_whole = offers.len() == basket.lines().len();
    refusals.extend(expected.total.zip(sum.filter(|_| is_whole)).and_then(changed_total));
    Terms { total: sum, refusals }
}

/// An item whose price is not the one that was shown.
fn changed_price((index, product, expected): &(usize, ProductId, Money), offers: &[Offer]) -> Option<Refusal> {
    let present = offers.iter().find(|offer| offer.product == *product)?.snapshot.unit_price;
    (present != *expected).then(|| {
        let path = ["input", "items", &index.to_string(), "expectedUnitPrice"].map(str::to_owned);
        let problem = Problem::new(ErrorCode::PriceChanged, format!("The price is {present} now.")).at(path);
        Refusal::Price { problem, product: *product, expected: *expected, present }
    })
}

fn changed_total((expected, present): (Money, Money)) -> Option<Refusal> {
    (present != expected).then(|| {
        let message = format!("The total is {present}, not {expected}.");
        let problem = Problem::new(ErrorCode::TotalChanged, message).at(["input", "expectedTotal"]);
        Refusal::Total { problem, present }
    })
}

/// What products said, in the customer's terms: its lines are merged, the customer's may not have been.
fn refusal(reason: &Reason, basket: &Basket) -> Refusal {
    let code = match reason.code.as_str() {
        "INSUFFICIENT_STOCK" => ErrorCode::InsufficientStock,
        "PRODUCT_NOT_FOUND" => ErrorCode::ProductNotFound,
        "CURRENCY_MISMATCH" => ErrorCode::CurrencyMismatch,
        "INVALID_QUANTITY" => ErrorCode::InvalidQuantity,
        "INVALID_ID" => ErrorCode::InvalidId,
        _ => ErrorCode::InvalidState,
    };
    let mut path = vec!["input".to_owned(), "items".to_owned()];
    let by_place = reason.place().and_then(|(index, field)| Some((basket.lines().get(index)?.first, field)));
    let by_product = || reason.product_id.and_then(|product| Some((basket.first_index_of(product)?, "quantity")));
    if let Some((first, field)) = by_place.or_else(by_product) {
        path.extend([first.to_string(), field.to_owned()]);
    }
    let problem = Problem::new(code, reason.message.clone()).at(path);
    match (reason.product_id, reason.requested, reason.available) {
        (Some(product), Some(requested), Some(available)) => Refusal::Stock { problem, product, requested, available },
        _ => Refusal::Input(problem),
    }
}
