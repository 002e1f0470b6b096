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
        for country in ["XX", "ZZ", "UK", "EU", "QQ", "1T", "é"] {
            let mut wrong = address();
            wrong["countryCode"] = country.into();
            let expected = [at("INVALID_COUNTRY_CODE", "input.shippingAddress.countryCode")];
            assert_eq!(refusals(&world, with("shippingAddress", wrong)).await, expected, "{country}");
        }
        for field in ["recipient", "line1", "line2", "city", "region", "postalCode", "phone"] {
            for odd in ["a\nBcc: x\u{7}", "\0", "a\u{202e}b", "a\u{2028}b"] {
                let mut wrong = address();
                wrong[field] = odd.into();
                let expected = [at("INVALID", &format!("input.shippingAddress.{field}"))];
                assert_eq!(refusals(&world, with("shippingAddress", wrong)).await, expected, "{field} {odd:?}");
            }
        }
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
async fn what_is_no_amount_at_all_has_its_place_too() {
    for world in worlds().await {
        for amount in [json!("1e3"), json!(1e30), json!("1_0"), json!("12,50"), json!(true), json!(["1"])] {
            let input = with("expectedTotal", json!({"amount": amount, "currencyCode": 5}));
            let expected = [
                at("INVALID_AMOUNT", "input.expectedTotal.amount"),
                at("INVALID_CURRENCY", "input.expectedTotal.currencyCode"),
            ];
            assert_eq!(refusals(&world, input).await, expected, "{amount}");
        }
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

        for odd in ["tok\0", "tok_\u{1b}[31m"] {
            let answer = pay(&world.ada(), &order, odd, &key()).await;
            assert_eq!(code(&answer, "payOrder"), "INVALID", "{odd:?}");
        }
        assert_eq!(code(&cancel(&world.ada(), "x", &key()).await, "cancelOrder"), "INVALID_ID");
        assert_eq!(code(&cancel(&world.ada(), &order, "short").await, "cancelOrder"), "INVALID_IDEMPOTENCY_KEY");
        assert_eq!(code(&refund(&world.admin(), "x", &key()).await, "refundOrder"), "INVALID_ID");
        assert_eq!(code(&fulfill(&world.admin(), "x").await, "fulfillOrder"), "INVALID_ID");
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT"]);
    }
}

#[tokio::test]
async fn a_reason_is_one_printable_line() {
    for world in worlds().await {
        let order = world.paid().await;
        let refund = async |reason: &str| {
            let query = "mutation($input: RefundOrderInput!) { refundOrder(input: $input) { \
                order { timeline { reason } } userErrors { code path } } }";
            let input = json!({"orderId": order, "reason": reason, "idempotencyKey": key()});
            world.admin().send(query, json!({"input": input})).await
        };
        for odd in ["\0", "a\u{1b}[2Jb", "two\nlines", "\u{202e}dnufer"] {
            let answer = refund(odd).await;
            let error = only_error(&answer, "refundOrder");
            assert_eq!((&error["code"], &error["path"]), (&json!("INVALID"), &json!(["input", "reason"])), "{odd:?}");
        }
        assert_eq!(world.story(&order).await.last().map(String::as_str), Some("PAID"));
        let answer = refund(" Cafe\u{301} ").await;
        let timeline = answer.payload("refundOrder")["order"]["timeline"].as_array().unwrap().clone();
        assert_eq!(timeline.last().unwrap()["reason"], "Caf\u{e9}");
    }
}

#[tokio::test]
async fn an_order_is_found_by_its_id_or_its_number_and_another_kind_is_an_error() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let number = world.see(&order).await["number"].as_str().unwrap().to_owned();
        let query = "query($id: ID, $number: String) { order(id: $id, number: $number) { id } }";
        for spelt in
            [number.clone(), number.to_lowercase(), number.replace('-', ""), format!(" {} ", number.replace('-', " "))]
        {
            let found = world.ada().send(query, json!({"number": spelt})).await;
            assert_eq!(found.data()["order"]["id"], *order, "{spelt}");
            let list = "query($number: String) { orders(where: {number: {eq: $number}}) { nodes { id } } }";
            let found = world.ada().send(list, json!({"number": spelt})).await;
            assert_eq!(found.data()["orders"]["nodes"][0]["id"], *order, "{spelt}");
            assert_eq!(world.bob().send(query, json!({"number": spelt})).await.data()["order"], Value::Null);
        }
        for nothing in ["", "\0", "AAAAA-AAAAA", "junk"] {
            assert_eq!(world.ada().send(query, json!({"number": nothing})).await.data()["order"], Value::Null);
        }
        for id in [LAMP, "junk", "", "ord_", "ord_\0", &order.to_uppercase()] {
            assert_eq!(world.ada().send(query, json!({"id": id})).await.codes(), ["BAD_USER_INPUT"], "{id:?}");
        }
        for both in [json!({}), json!({"id": order, "number": number})] {
            assert_eq!(world.ada().send(query, both).await.codes(), ["BAD_USER_INPUT"]);
        }
        let entity =
            "query($id: ID!) { _entities(representations: [{__typename: \"Order\", id: $id}]) { __typename } }";
        assert_eq!(world.ada().send(entity, json!({"id": "junk"})).await.data()["_entities"], json!([null]));
    }
}
