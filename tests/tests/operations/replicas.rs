//! Several replicas of a service: each with a key of its own, and one log of revocations.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{
    Client,
    client::{PASSWORD, text},
    shop::{DEMO_PASSWORD, unique},
    shopping::{add_product_in, somewhere},
};

use crate::processes::{Folder, Site, start, until_ready};

async fn log_in(users: &Site) -> Client {
    Client::anonymous(&users.url).log_in("admin", DEMO_PASSWORD).await
}

#[tokio::test]
async fn replicas_of_orders_with_keys_of_their_own_both_sell() {
    let (folder, users, products) = (Folder::new(), Site::new(), Site::new());
    let orders = [Site::new(), Site::new()];
    let trust = format!("orders={},orders={}", orders[0].jwks(), orders[1].jwks());
    let _users = start(&folder.users(&users).env("TRUSTED_SERVICES", &trust));
    let products_process = start(&folder.products(&products, &users).env("TRUSTED_SERVICES", &trust));
    let program = |site: &Site| {
        let orders = folder.subgraph("orders", site).env("JWKS_URL", users.jwks());
        orders.env("USERS_URL", &users.url).env("PRODUCTS_URL", &products.url)
    };
    let first = start(&program(&orders[0]));
    let admin = log_in(&users).await;
    let product = add_product_in(&admin.at(&products.url), "5.00", 1000, &[]).await;
    let buy = async |site: &Site| {
        let document = "mutation Place($input: PlaceOrderInput!) {
            placeOrder(input: $input) { order { id status } userErrors { code } } }";
        let input = json!({
            "items": [{"productId": product, "quantity": 1}], "shippingAddress": somewhere(),
            "idempotencyKey": unique("replica-key"),
        });
        let placed = admin.at(&site.url).query(document, json!({"input": input})).await;
        let order = placed.payload("placeOrder")["order"].clone();
        assert_eq!(order["status"], "AWAITING_PAYMENT");
        let document = "mutation Pay($input: PayOrderInput!) {
            payOrder(input: $input) { order { status } userErrors { code } } }";
        let input =
            json!({"orderId": text(&order["id"]), "paymentToken": "tok_success", "idempotencyKey": unique("pay-key")});
        let paid = admin.at(&site.url).query(document, json!({"input": input})).await;
        assert_eq!(paid.payload("payOrder")["order"]["status"], "PAID");
    };
    buy(&orders[0]).await;
    // One more comes, and one goes.
    let _second = start(&program(&orders[1]));
    until_ready(&orders[1].url).await;
    for _ in 0..5 {
        buy(&orders[0]).await;
        buy(&orders[1]).await;
    }
    first.stop();
    for _ in 0..3 {
        buy(&orders[1]).await;
    }
    assert!(!products_process.log().contains("a service token was refused"), "{}", products_process.log());
}

#[tokio::test]
async fn a_log_out_at_one_replica_of_users_is_known_to_the_other() {
    let (folder, one, other) = (Folder::new(), Site::new(), Site::new());
    let first = start(&folder.users(&one));
    let _second = start(&folder.users(&other));
    let alice = Client::anonymous(&one.url).register(&unique("alice")).await;
    let me = "{ me { username } }";
    alice.at(&other.url).ask(me).await.data();
    let out = alice.ask("mutation { logout { success userErrors { code } } }").await;
    assert_eq!(out.payload("logout")["success"], true);
    let began = Instant::now();
    loop {
        let answer = alice.at(&other.url).ask(me).await;
        if answer.body.get("errors").is_some() {
            assert_eq!(answer.code(), "UNAUTHENTICATED");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{:#}", answer.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Who logs in anew is somebody at both.
    let again = Client::anonymous(&other.url).log_in(&alice.username, PASSWORD).await;
    again.at(&one.url).ask(me).await.data();
    first.stop();
}
