//! What `placeOrder` is told, and how it becomes the domain's words.

use async_graphql::{ID, InputObject};
use kit::{
    money::MoneyInput,
    postal::{AddressError, AddressProblem},
    user_error::Bounds,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    basket_input::{OrderItemInput, wanted},
    input::{Problems, claim, text_code},
};
use crate::{
    domain::{AddressId, ShippingAddress, UserId},
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
    /// Whether the `shippingAddress` goes into your address book, too: a moment after the order, where the book does not
    /// have it already and has room. It has no bearing on the order.
    pub save_address: Option<bool>,
    /// 8 to 255 characters. The same key again answers with the same order, or takes it up where it stopped.
    pub idempotency_key: String,
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
        let wanted = wanted(&self.items, self.expected_total.as_ref(), &mut problems);
        let address = self.address(&mut problems);
        let claim = problems.collect(claim(customer, "placeOrder", &self.idempotency_key, &self.canonical()));
        let customer = UserId::from_uuid(customer);
        // An address of the book is there already.
        let save_address = self.save_address == Some(true) && self.shipping_address.is_some();
        let whole = wanted.zip(address).zip(claim);
        problems.end(whole.map(|(((basket, expected), address), claim)| PlaceOrder {
            customer,
            basket,
            address,
            expected,
            save_address,
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
        let items: Vec<_> = self.items.iter().map(OrderItemInput::canonical).collect();
        let address = self.shipping_address.as_ref().map(|given| {
            let ShippingAddressInput { recipient, line1, line2, city, region, postal_code, country_code, phone } =
                given;
            json!([recipient, line1, line2, city, region, postal_code, country_code, phone])
        });
        let expected = self.expected_total.as_ref().and_then(|expected| expected.to_money().ok());
        let mut canonical = json!({
            "items": items,
            "addressId": self.address_id.as_deref(),
            "shippingAddress": address,
            "expectedTotal": expected.map(|total| total.to_string()),
        });
        // Only where it says something, so that keys of before there was such a field still mean the same.
        if self.save_address == Some(true) {
            canonical["saveAddress"] = true.into();
        }
        canonical
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

fn address_refusal(problem: &AddressProblem) -> Refusal {
    let (code, bounds) = match problem.error {
        AddressError::Text(error) => (text_code(error), error.bounds()),
        AddressError::Country => (ErrorCode::InvalidCountryCode, Bounds::default()),
        AddressError::Phone => (ErrorCode::Invalid, Bounds::default()),
    };
    Refusal::outside(bounds, code, problem.error.to_string(), ["input", "shippingAddress", problem.field])
}
