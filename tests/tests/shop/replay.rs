//! Whoever does not know whether something was done asks again with the same key, and it is done once.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Shop,
    client::text,
    shop::unique,
    shopping::{add_product, available, cancel, order_input, pay, place, place_order},
};

everywhere! {
    an_order_is_placed_once,
    many_at_once_place_one_order,
    a_payment_is_made_once,
    a_cancellation_is_done_once,
    stock_is_adjusted_once,
    a_key_has_a_length,
}

#[track_caller]
fn assert_mismatch(error: &Value) {
    assert_eq!((text(&error["__typename"]), text(&error["code"])), ("IdempotencyError", "IDEMPOTENCY_KEY_MISMATCH"));
}

async fn an_order_is_placed_once(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let input = order_input(&[(&product, 2)]);
    let first = place(&alice, &input).await;
    let first = first.payload("placeOrder");
    assert_eq!(first["replayed"], false);
    // The present state of the first effect: it has been paid meanwhile.
    pay(&alice, text(&first["order"]["id"]), "tok_success", &unique("pay-key")).await.payload("payOrder");
    let again = place(&alice, &input).await;
    let again = again.payload("placeOrder");
    assert_eq!((&again["replayed"], &again["order"]["id"]), (&json!(true), &first["order"]["id"]));
    assert_eq!(again["order"]["status"], "PAID");
    let mut other = input.clone();
    other["items"][0]["quantity"] = json!(3);
    assert_mismatch(place(&alice, &other).await.user_error("placeOrder"));
    // Keys are a customer's own.
    let bobs = place(&bob, &input).await;
    let bobs = bobs.payload("placeOrder");
    assert_eq!(bobs["replayed"], false);
    assert_ne!(bobs["order"]["id"], first["order"]["id"]);
    assert_eq!(available(&alice, &product).await, 6);
}

async fn many_at_once_place_one_order(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    let input = order_input(&[(&product, 1)]);
    let answers = join_all((0..8).map(|_| place(&alice, &input))).await;
    // Some may have been told to come back while the first was at work; none may have got an order of its own.
    let mut ids: Vec<_> =
        answers.iter().filter_map(|it| it.body["data"]["placeOrder"]["order"]["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{answers:#?}");
    assert_eq!(available(&alice, &product).await, 9);
    let listed = alice.ask("{ orders { totalCount } }").await;
    assert_eq!(listed.data()["orders"]["totalCount"], 1);
}

async fn a_payment_is_made_once(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    let placed = place_order(&alice, &[(&product, 1)]).await;
    let (id, key) = (text(&placed["id"]), unique("pay-key"));
    let declined = pay(&alice, id, "tok_declined", &key).await;
    let again = pay(&alice, id, "tok_declined", &key).await;
    assert_eq!(again.payload("payOrder")["replayed"], true);
    assert_eq!(again.payload("payOrder")["payment"], declined.payload("payOrder")["payment"]);
    assert_mismatch(pay(&alice, id, "tok_success", &key).await.user_error("payOrder"));
    let keys: Vec<_> = (0..6).map(|_| unique("pay-key")).collect();
    let answers = join_all(keys.iter().map(|key| pay(&alice, id, "tok_success", key))).await;
    let succeeded = answers.iter().filter(|it| it.body["data"]["payOrder"]["payment"]["status"] == "SUCCEEDED").count();
    assert_eq!(succeeded, 1, "{answers:#?}");
}

async fn a_cancellation_is_done_once(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    let placed = place_order(&alice, &[(&product, 1)]).await;
    let (id, key) = (text(&placed["id"]), unique("cancel-key"));
    assert_eq!(cancel(&alice, id, &key).await.payload("cancelOrder")["replayed"], false);
    assert_eq!(cancel(&alice, id, &key).await.payload("cancelOrder")["replayed"], true);
    let another = cancel(&alice, id, &unique("cancel-key")).await;
    assert_eq!(another.user_error("cancelOrder")["__typename"], "StateError");
}

async fn stock_is_adjusted_once(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let admin = shop.admin().await;
    let document = "mutation Adjust($input: AdjustStockInput!) { adjustStock(input: $input) {
        product { stock { onHand } } replayed userErrors { __typename code } } }";
    let mut input = json!({"productId": product, "delta": 5, "idempotencyKey": unique("adjust-key")});
    for replayed in [false, true] {
        let answer = admin.query(document, json!({"input": input})).await;
        let expected = json!({"product": {"stock": {"onHand": 15}}, "replayed": replayed, "userErrors": []});
        assert_eq!(*answer.payload("adjustStock"), expected);
    }
    input["delta"] = json!(6);
    assert_mismatch(admin.query(document, json!({"input": input})).await.user_error("adjustStock"));
    let set = json!({"productId": product, "onHand": 1, "expectedOnHand": 14, "idempotencyKey": unique("adjust-key")});
    let refused = admin.query(document, json!({"input": set})).await;
    assert_eq!(refused.user_error("adjustStock")["code"], "STOCK_CHANGED");
}

async fn a_key_has_a_length(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    for key in ["", "short", &"x".repeat(256)] {
        let mut input = order_input(&[(&product, 1)]);
        input["idempotencyKey"] = json!(key);
        let refused = place(&alice, &input).await;
        let error = refused.user_error("placeOrder");
        assert_eq!(error["code"], "INVALID_IDEMPOTENCY_KEY");
        assert_eq!(error["path"], json!(["input", "idempotencyKey"]));
    }
    assert_eq!(available(&alice, &product).await, 10);
}
