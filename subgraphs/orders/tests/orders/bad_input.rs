//! What cannot be accepted, and where it is.

use serde_json::{Value, json};

use crate::world::*;

/// `(code, path)` of every user error, with nothing written.
async fn refusals(world: &World, input: Value) -> Vec<(String, Vec<String>)> {
    let answer = place(&world.ada(), input).await;
    let payload = &answer.data()["placeOrder"];
    assert_eq!(payload["order"], Value::Null, "{payload:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let path = |error: &Value| error["path"].as_array().unwrap().iter().map(text).collect();
    payload["userErrors"].as_array().unwrap().iter().map(|error| (text(&error["code"]), path(error))).collect()
}

fn at(code: &str, path: &str) -> (String, Vec<String>) {
    (code.to_owned(), path.split('.').map(str::to_owned).collect())
}

fn with(field: &str, value: Value) -> Value {
    let mut input = wish(&[(LAMP, 1)], &key());
    input[field] = value;
    input
}

#[tokio::test]
async fn every_bad_input_has_a_code_and_a_place() {
    for world in worlds().await {
        let user = LAMP.replace("prd", "usr");
        let many: Vec<_> = (0..101).map(|_| (LAMP, 1)).collect();
        let long = "x".repeat(256);
        for (input, expected) in [
            (wish(&[(LAMP, 0)], &key()), at("INVALID_QUANTITY", "input.items.0.quantity")),
            (wish(&[(LAMP, 1), (CHAIR, -1)], &key()), at("INVALID_QUANTITY", "input.items.1.quantity")),
            (wish(&[(LAMP, 1_000_000_000)], &key()), at("INVALID_QUANTITY", "input.items.0.quantity")),
            (wish(&[(LAMP, 9_999), (LAMP, 1)], &key()), at("INVALID_QUANTITY", "input.items.1.quantity")),
            (wish(&[], &key()), at("REQUIRED", "input.items")),
            (wish(&many, &key()), at("TOO_MANY_ITEMS", "input.items")),
            (wish(&[(&user, 1)], &key()), at("INVALID_ID", "input.items.0.productId")),
            (wish(&[("nonsense", 1)], &key()), at("INVALID_ID", "input.items.0.productId")),
            (wish(&[(LAMP, 1)], "short"), at("INVALID_IDEMPOTENCY_KEY", "input.idempotencyKey")),
            (wish(&[(LAMP, 1)], &long), at("INVALID_IDEMPOTENCY_KEY", "input.idempotencyKey")),
            (with("shippingAddress", Value::Null), at("REQUIRED", "input.addressId")),
            (with("addressId", json!(ADDRESS)), at("ADDRESS_AMBIGUOUS", "input.shippingAddress")),
            (
                with("expectedTotal", json!({"amount": "1.00", "currencyCode": "ZZZ"})),
                at("INVALID_CURRENCY", "input.expectedTotal.currencyCode"),
            ),
            (
                with("expectedTotal", json!({"amount": "1.001", "currencyCode": "EUR"})),
                at("INVALID_AMOUNT", "input.expectedTotal.amount"),
            ),
        ] {
            assert_eq!(refusals(&world, input.clone()).await, [expected], "{input:#}");
        }
        assert_eq!(world.products.count("reserve"), 0);
    }
}

#[tokio::test]
async fn an_address_must_be_one() {
    for world in worlds().await {
        let mut wrong = address();
        wrong["line1"] = " ".into();
        wrong["city"] = "x".repeat(201).into();
        wrong["countryCode"] = "Italy".into();
        let expected = [
            at("REQUIRED", "input.shippingAddress.line1"),
            at("TOO_LONG", "input.shippingAddress.city"),
            at("INVALID_COUNTRY_CODE", "input.shippingAddress.countryCode"),
        ];
        assert_eq!(refusals(&world, with("shippingAddress", wrong)).await, expected);
        let mut saved = with("addressId", json!(LAMP));
        saved.as_object_mut().unwrap().remove("shippingAddress");
        assert_eq!(refusals(&world, saved).await, [at("INVALID_ID", "input.addressId")]);
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    for world in worlds().await {
        let mut input = wish(&[("nonsense", 0)], "short");
        input["shippingAddress"] = Value::Null;
        let expected = [
            at("INVALID_ID", "input.items.0.productId"),
            at("INVALID_QUANTITY", "input.items.0.quantity"),
            at("REQUIRED", "input.addressId"),
            at("INVALID_IDEMPOTENCY_KEY", "input.idempotencyKey"),
        ];
        assert_eq!(refusals(&world, input).await, expected);
    }
}

#[tokio::test]
async fn what_no_scalar_accepts_is_an_error_of_its_own() {
    for world in worlds().await {
        let input = with("expectedTotal", json!({"amount": "1e3", "currencyCode": "EUR"}));
        assert_eq!(place(&world.ada(), input).await.codes(), ["BAD_USER_INPUT"]);
    }
}

#[tokio::test]
async fn payments_and_the_rest_are_as_particular() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let path = |answer: &kit::testing::Answer, mutation| only_error(answer, mutation)["path"].clone();
        let code = |answer: &kit::testing::Answer, mutation| only_error(answer, mutation)["code"].clone();

        let answer = pay(&world.ada(), LAMP, "tok_success", &key()).await;
        assert_eq!(
            (code(&answer, "payOrder"), path(&answer, "payOrder")),
            (json!("INVALID_ID"), json!(["input", "orderId"]))
        );
        let answer = pay(&world.ada(), &order, " ", &key()).await;
        assert_eq!(
            (code(&answer, "payOrder"), path(&answer, "payOrder")),
            (json!("REQUIRED"), json!(["input", "paymentToken"]))
        );
        assert_eq!(code(&pay(&world.ada(), &order, &"x".repeat(256), &key()).await, "payOrder"), "TOO_LONG");
        let answer = pay(&world.ada(), &order, "tok_success", "short").await;
        assert_eq!(path(&answer, "payOrder"), json!(["input", "idempotencyKey"]));

        assert_eq!(code(&cancel(&world.ada(), "x", &key()).await, "cancelOrder"), "INVALID_ID");
        assert_eq!(code(&cancel(&world.ada(), &order, "short").await, "cancelOrder"), "INVALID_IDEMPOTENCY_KEY");
        assert_eq!(code(&refund(&world.admin(), "x", &key()).await, "refundOrder"), "INVALID_ID");
        assert_eq!(code(&fulfill(&world.admin(), "x").await, "fulfillOrder"), "INVALID_ID");
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT"]);
    }
}
