//! The customer's own saved addresses, asked for with the customer's own token.

use kit::{Failure, client::GraphQLClient};
use schema::Caller;
use serde::Deserialize;
use serde_json::json;

use crate::domain::{AddressId, ShippingAddress};

const ADDRESS: &str = "query ShippingAddress($id: ID!) { address(id: $id) { \
    recipient line1 line2 city region postalCode countryCode phone } }";

/// The users subgraph.
#[derive(Clone)]
pub struct Users(pub GraphQLClient);

#[derive(Deserialize)]
struct Data {
    address: Option<Address>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    recipient: String,
    line1: String,
    line2: Option<String>,
    city: String,
    region: Option<String>,
    postal_code: Option<String>,
    country_code: String,
    phone: Option<String>,
}

impl Users {
    /// The caller's address with this id; `None` where the caller has none such.
    pub async fn address(
        &self,
        id: AddressId,
        caller: &Caller,
        authorization: Option<&str>,
    ) -> Result<Option<ShippingAddress>, Failure> {
        let answer = self.0.call::<Data>(ADDRESS, json!({"id": id}), caller, authorization).await?;
        Ok(answer.address.map(|address| ShippingAddress {
            recipient: address.recipient,
            line1: address.line1,
            line2: address.line2,
            city: address.city,
            region: address.region,
            postal_code: address.postal_code,
            country_code: address.country_code,
            phone: address.phone,
        }))
    }
}
