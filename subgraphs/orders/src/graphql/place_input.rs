//! What `placeOrder` is told, and how it becomes the domain's words.

use async_graphql::{ID, InputObject};
use kit::{
    money::{Money, MoneyInput, MoneyProblem},
    postal::{AddressError, AddressProblem},
    user_error::{Bounds, Problem},
};
use serde_json::json;
use uuid::Uuid;

use super::input::{Problems, claim, text_code};
use crate::{
    domain::{
        AddressId, Basket, BasketProblem, ProductId, ShippingAddress, UserId,
        basket::{MAX_LINES, MAX_QUANTITY},
    },
    purchase::{AddressChoice, PlaceOrder},
    refusal::{Denied, ErrorCode, Refusal},
};

/// What to order, and where it goes.
#[derive(Clone, Debug, InputObject)]
pub struct PlaceOrderInput {
    /// From 1 to 100 items; those of one product are added up.
    pub items: Vec<OrderItemInput>,
    /// One of your saved addresses. Give this or `shippingAddress`.
    pub address_id: Option<ID>,
    /// An address for this order only. Give this or `addressId`.
    pub shipping_address: Option<ShippingAddressInput>,
    /// What you expect to pay. Where the total differs, nothing is ordered and `presentTotal` says what it is.
    pub expected_total: Option<MoneyInput>,
    /// 8 to 255 characters. The same key again answers with the same order, or takes it up where it stopped.
    pub idempotency_key: String,
}

/// One product, and how many.
#[derive(Clone, Debug, InputObject)]
pub struct OrderItemInput {
    /// The product's id.
    pub product_id: ID,
    /// From 1 to 9999, all items of one product together.
    pub quantity: i32,
}

/// Where an order goes.
#[derive(Clone, Debug, InputObject)]
pub struct ShippingAddressInput {
    /// Who receives the goods. At most 200 characters, like every line.
    pub recipient: String,
    /// Street and number.
    pub line1: String,
    /// What did not fit into the first line.
    pub line2: Option<String>,
    /// Town.
    pub city: String,
    /// State, province or county.
    pub region: Option<String>,
    /// Postal code, at most 32 characters.
    pub postal_code: Option<String>,
    /// The country's two-letter code (ISO 3166-1).
    pub country_code: String,
    /// For the carrier, at most 40 characters.
    pub phone: Option<String>,
}

impl PlaceOrderInput {
    /// The wish, or all that is wrong with it.
    pub fn check(self, customer: Uuid) -> Result<PlaceOrder, Denied> {
        let mut problems = Problems::default();
        let basket = basket(&self.items, &mut problems);
        let address = self.address(&mut problems);
        let expected_total = match &self.expected_total {
            Some(given) => money(given, &["expectedTotal"], &mut problems).map(Some),
            None => Some(None),
        };
        let claim = problems.collect(claim(customer, "placeOrder", &self.idempotency_key, &self.canonical()));
        let customer = UserId::from_uuid(customer);
        let whole = basket.zip(address).zip(expected_total).zip(claim);
        problems.end(whole.map(|(((basket, address), expected_total), claim)| PlaceOrder {
            customer,
            basket,
            address,
            expected_total,
            claim,
        }))
    }

    fn address(&self, problems: &mut Problems) -> Option<AddressChoice> {
        match (&self.address_id, &self.shipping_address) {
            (Some(id), None) => {
                problems
                    .collect(AddressId::parse(id).map_err(|error| {
                        Refusal::input(ErrorCode::InvalidId, error.to_string(), ["input", "addressId"])
                    }))
                    .map(AddressChoice::Saved)
            }
            (None, Some(given)) => match ShippingAddress::from(given.clone()).checked() {
                Ok(address) => Some(AddressChoice::Given(Box::new(address))),
                Err(faults) => {
                    for fault in &faults {
                        problems.add(address_refusal(fault));
                    }
                    None
                }
            },
            (None, None) => {
                let message = "Choose where the order goes.";
                problems.add(Refusal::input(ErrorCode::Required, message, ["input", "addressId"]));
                None
            }
            (Some(_), Some(_)) => {
                let message = "Choose either a saved address or another one, not both.";
                problems.add(Refusal::input(ErrorCode::AddressAmbiguous, message, ["input", "shippingAddress"]));
                None
            }
        }
    }

    /// What the key stands for: everything but the key.
    fn canonical(&self) -> serde_json::Value {
        let items: Vec<_> = self.items.iter().map(|item| json!([*item.product_id, item.quantity])).collect();
        let address = self.shipping_address.as_ref().map(|given| {
            let ShippingAddressInput { recipient, line1, line2, city, region, postal_code, country_code, phone } =
                given;
            json!([recipient, line1, line2, city, region, postal_code, country_code, phone])
        });
        let expected = self.expected_total.as_ref().and_then(|expected| expected.to_money().ok());
        json!({
            "items": items,
            "addressId": self.address_id.as_deref(),
            "shippingAddress": address,
            "expectedTotal": expected.map(|total| total.to_string()),
        })
    }
}

impl From<ShippingAddressInput> for ShippingAddress {
    fn from(given: ShippingAddressInput) -> Self {
        Self {
            recipient: given.recipient,
            line1: given.line1,
            line2: given.line2,
            city: given.city,
            region: given.region,
            postal_code: given.postal_code,
            country_code: given.country_code,
            phone: given.phone,
        }
    }
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

fn address_refusal(problem: &AddressProblem) -> Refusal {
    let (code, bounds) = match problem.error {
        AddressError::Text(error) => (text_code(error), error.bounds()),
        AddressError::Country => (ErrorCode::InvalidCountryCode, Bounds::default()),
        AddressError::Phone => (ErrorCode::Invalid, Bounds::default()),
    };
    Refusal::outside(bounds, code, problem.error.to_string(), ["input", "shippingAddress", problem.field])
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
