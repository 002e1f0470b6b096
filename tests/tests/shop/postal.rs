//! One rule for addresses, whether they go into the book or onto a parcel.

use apollo_compiler::{Schema, schema::ExtendedType};
use serde_json::{Value, json};
use tests::{Shop, binaries};

everywhere! { what_is_wrong_with_an_address_is_the_same_in_the_book_and_in_an_order }

async fn what_is_wrong_with_an_address_is_the_same_in_the_book_and_in_an_order(shop: &Shop) {
    let alice = shop.customer("alice").await;
    let good = json!({"recipient": "Alice", "line1": "Riva del Vin 1", "city": "Venezia", "countryCode": "IT"});
    let errors = "userErrors { code message path ... on InputError { min max } }";
    let add = format!(
        "mutation Add($input: AddAddressInput!) {{ addAddress(input: $input) {{ address {{ id }} {errors} }} }}"
    );
    let place = format!(
        "mutation Place($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ order {{ id }} {errors} }} }}"
    );
    for wrong in [
        json!({"recipient": "", "line1": " ", "city": "", "countryCode": ""}),
        json!({"line1": "x".repeat(201), "line2": "x".repeat(201), "region": "x".repeat(201), "postalCode": "x".repeat(33)}),
        json!({"countryCode": "XX", "phone": "call me", "city": "two\nlines", "recipient": "\u{7}"}),
        json!({"countryCode": "ITA", "phone": "1".repeat(41)}),
    ] {
        let mut address = good.clone();
        address.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let added = alice.query(&add, json!({"input": address})).await;
        let items = json!([{"productId": "prd_01900000000070008000000000000001", "quantity": 1}]);
        let order = json!({"items": items, "shippingAddress": address, "idempotencyKey": "an order of mine"});
        let placed = alice.query(&place, json!({"input": order})).await;
        let told = |errors: &Value, above: &[&str]| {
            let mut errors = errors.as_array().unwrap().clone();
            for error in &mut errors {
                let path = error["path"].as_array_mut().unwrap();
                assert_eq!(path.drain(..above.len()).collect::<Vec<_>>(), above, "{path:?}");
            }
            errors
        };
        let in_book = told(&added.data()["addAddress"]["userErrors"], &["input"]);
        let in_order = told(&placed.data()["placeOrder"]["userErrors"], &["input", "shippingAddress"]);
        assert_eq!(in_book.len(), wrong.as_object().unwrap().len(), "{in_book:#?}");
        assert_eq!(in_book, in_order);
    }
}

#[test]
fn both_inputs_have_the_same_fields() {
    let file = binaries::workspace().join("schema/api.graphql");
    let schema = Schema::parse_and_validate(std::fs::read_to_string(file).unwrap(), "api.graphql").unwrap();
    let fields = |name: &str| {
        let Some(ExtendedType::InputObject(input)) = schema.types.get(name) else { panic!("there is no input {name}") };
        let fields = input.fields.values().map(|field| (field.name.to_string(), field.ty.to_string()));
        // What an entry of a book has beyond what is written on a parcel.
        fields.filter(|(name, _)| !["isDefault", "idempotencyKey"].contains(&name.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(fields("AddAddressInput"), fields("ShippingAddressInput"));
    assert_eq!(fields("AddAddressInput").len(), 8);
}
