//! The customer's own saved addresses, asked for with the customer's own token; new ones are given as ourselves.

use kit::{Failure, client::GraphQLClient};
use schema::Caller;
use serde::Deserialize;
use serde_json::json;

use crate::{
    domain::{AddressId, OrderId, ShippingAddress, UserId},
    shop::nobody,
};

const ADDRESS: &str = "query ShippingAddress($id: ID!) { address(id: $id) { \
    recipient line1 line2 city region postalCode countryCode phone } }";

const SAVE_ADDRESS: &str = "mutation SaveAddress($input: SaveAddressInput!) { saveAddress(input: $input) { \
    userErrors { code message } } }";

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    save_address: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct UserError {
    code: String,
    message: String,
}

impl Users {
    /// Puts the address of an order into its customer's address book, once however often it is asked for. What users does
    /// not want there (the account is gone, its book is full) is no failure of ours.
    pub async fn save_address(
        &self,
        order: OrderId,
        customer: UserId,
        address: &ShippingAddress,
    ) -> Result<(), Failure> {
        let ShippingAddress { recipient, line1, line2, city, region, postal_code, country_code, phone } = address;
        let address = json!({
            "recipient": recipient, "line1": line1, "line2": line2, "city": city, "region": region,
            "postalCode": postal_code, "countryCode": country_code, "phone": phone,
        });
        let input = json!({"orderId": order, "userId": customer, "address": address});
        let saved = self.0.call::<Saved>(SAVE_ADDRESS, json!({"input": input}), &nobody(), None).await?;
        for UserError { code, message } in saved.save_address.user_errors {
            tracing::info!(%order, code, message, "an address was not saved");
        }
        Ok(())
    }

    /// The caller's address with this id; `None` where the caller has none such.
    pub async fn address(
        &self,
        id: AddressId,
        caller: &Caller,
        authorization: Option<&str>,
    ) -> Result<Option<ShippingAddress>, Failure> {
        let answer = self.0.call::<Data>(ADDRESS, json!({"id": id}), caller, authorization).await;
        // users knows of the end of a session before anybody else: what it does not believe is the caller's own token.
        let answer = answer.map_err(|error| {
            if error.has_code("UNAUTHENTICATED") { Failure::unauthenticated() } else { error.into() }
        })?;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::BoxFuture;
    use schema::{
        Transport, TransportError,
        transport::{Request, Response},
    };

    use super::*;

    /// A users that answers every call with one error.
    struct Refusing(u16, &'static str);

    impl Transport for Refusing {
        fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
            let body = json!({"errors": [{"message": "no", "extensions": {"code": self.1}}]}).to_string();
            let mut response = Response::new(body.into());
            *response.status_mut() = self.0.try_into().expect("a status");
            Box::pin(async { Ok(response) })
        }
    }

    #[tokio::test]
    async fn a_session_that_has_ended_is_the_callers_affair_and_trouble_is_trouble() {
        for (status, code, expected) in [
            (401, "UNAUTHENTICATED", "UNAUTHENTICATED"),
            (200, "UNAUTHENTICATED", "UNAUTHENTICATED"),
            (503, "UNAVAILABLE", "UNAVAILABLE"),
            (200, "FORBIDDEN", "INTERNAL"),
        ] {
            let transport = Arc::new(Refusing(status, code));
            let users = Users(GraphQLClient { transport, signer: None, audience: "users".into() });
            let id = AddressId::parse("adr_00000000000000000000000000000001").expect("an id");
            let failure = users.address(id, &Caller::default(), Some("Bearer ended")).await.unwrap_err();
            assert_eq!(failure.code().as_str(), expected);
        }
    }
}
