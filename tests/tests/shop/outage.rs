//! A subgraph that is down costs its part of an answer, and nothing else.

use serde_json::{Value, json};
use tests::{
    Answer, Client, Shop,
    client::{items, text},
    shop::unique,
    shopping::{ORDER, add_product, order, order_input, pay, place},
};

const SEEN: &str = "query Seen($id: ID!) { order(id: $id) {
    number customer { username } items { title lineTotal { amount } product { title categories { name } } } } }";

/// The only error, which must say that somebody does not answer, and where this is missed: at this path, or at the first
/// field below it that may not be null.
#[track_caller]
fn assert_unavailable(answer: &Answer, path: &Value) {
    assert_eq!(answer.code(), "UNAVAILABLE", "{:#}", answer.body);
    assert!(items(&answer.body["errors"][0]["path"]).starts_with(items(path)), "{:#}", answer.body);
    assert_eq!(answer.status.as_u16(), 200);
}

async fn assert_router_is_up(nobody: &Client) {
    assert_eq!(nobody.get("/health/live").await.status().as_u16(), 200);
    assert_eq!(nobody.ask("{ __typename }").await.data()["__typename"], "Query");
}

#[tokio::test]
async fn each_subgraph_may_go_and_come_back() {
    let mut shop = Shop::open_four();
    let product = add_product(&shop, "12.50", 10).await;
    let alice = shop.customer("alice").await;
    let first = order_input(&[(&product, 2)]);
    let placed = place(&alice, &first).await.payload("placeOrder")["order"].clone();
    let id = text(&placed["id"]);
    let seen = async || alice.query(SEEN, json!({"id": id})).await;
    let whole = seen().await.data()["order"].clone();
    let nobody = shop.anonymous();

    assert!(shop.process("products").stop().status.success());
    let partial = seen().await;
    assert_unavailable(&partial, &json!(["order", "items", 0, "product"]));
    assert_eq!(partial.body["errors"][0]["extensions"]["subgraph"], "products", "{:#}", partial.body);
    let expected = json!({
        "number": whole["number"], "customer": whole["customer"],
        "items": [{"title": whole["items"][0]["title"], "lineTotal": {"amount": "25.00"}, "product": null}],
    });
    assert_eq!(partial.body["data"]["order"], expected);
    let listed = alice.ask("{ me { username } products(first: 1) { totalCount } }").await;
    assert_unavailable(&listed, &json!(["products"]));
    assert_eq!(listed.body["data"], Value::Null, "a list that may not be null takes the whole with it");
    let tree = alice.ask("{ me { username } product(slug: \"lamp\") { id } }").await;
    assert_unavailable(&tree, &json!(["product"]));
    assert_eq!(tree.body["data"], json!({"me": {"username": alice.username}, "product": null}));
    assert_router_is_up(&nobody).await;
    // Nothing can be reserved now; the same key takes the order up when it can.
    let second = order_input(&[(&product, 1)]);
    let waiting = place(&alice, &second).await;
    assert_eq!(waiting.code(), "UNAVAILABLE");
    // What is reserved already can be paid.
    let paid = pay(&alice, id, "tok_success", &unique("pay-key")).await;
    assert_unavailable(&paid, &json!(["payOrder", "order", "items", 0, "product"]));
    assert_eq!(paid.body["data"]["payOrder"]["order"]["status"], "PAID");
    shop.restart("products");
    assert_eq!(place(&alice, &second).await.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT");
    assert_eq!(seen().await.data()["order"], whole);

    assert!(shop.process("users").stop().status.success());
    let partial = seen().await;
    assert_unavailable(&partial, &json!(["order", "customer"]));
    assert_eq!(partial.body["data"]["order"]["customer"], Value::Null);
    assert_eq!(partial.body["data"]["order"]["items"], whole["items"]);
    let products = nobody.ask("{ products(first: 1) { nodes { title } } }").await;
    assert!(products.data()["products"]["nodes"][0]["title"].is_string());
    let log_in = nobody.try_log_in(&alice.username, "x").await;
    assert_eq!(log_in.code(), "UNAVAILABLE");
    assert_router_is_up(&nobody).await;
    shop.restart("users");
    assert_eq!(seen().await.data()["order"], whole);

    assert!(shop.process("orders").stop().status.success());
    let me = alice.ask("{ me { username orders { totalCount } } }").await;
    assert_unavailable(&me, &json!(["me", "orders"]));
    assert_eq!(me.body["data"]["me"], json!({"username": alice.username, "orders": null}));
    assert_eq!(order(&alice, id).await.code(), "UNAVAILABLE");
    assert_router_is_up(&nobody).await;
    shop.restart("orders");
    let document = format!("query Seen($id: ID!) {{ order(id: $id) {{ ...OrderFields }} }} {ORDER}");
    let back = alice.query(&document, json!({"id": id})).await;
    assert_eq!(back.data()["order"]["status"], "PAID");
}

#[tokio::test]
async fn a_router_that_starts_first_waits_for_nobody() {
    let mut shop = Shop::open_four();
    for name in ["users", "products", "orders", "router"] {
        assert!(shop.process(name).stop().status.success(), "{name}");
    }
    shop.restart("router");
    let nobody = shop.anonymous();
    assert_eq!(nobody.ask("{ products(first: 1) { totalCount } }").await.code(), "UNAVAILABLE");
    assert_router_is_up(&nobody).await;
    for name in ["orders", "products", "users"] {
        shop.restart(name);
    }
    // Whoever could not fetch keys tries again after a moment.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let (_, paid) = tests::shopping::buy(&shop, &unique("alice")).await;
    assert_eq!(paid["status"], "PAID");
}
