//! What processes know of each other: which sessions have ended, and by which keys tokens are signed. Where they cannot know,
//! they say so, and call no token wrong.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::{
    Answer, Client, Shop,
    client::PASSWORD,
    shopping::{add_product, assert_refused_everywhere, order_input, place},
};

const PUBLIC: &str = "{ products(first: 1) { totalCount } }";

/// Waits until a question is answered as wanted.
async fn until(what: &str, client: &Client, document: &str, is_wanted: impl Fn(&Answer) -> bool) {
    let began = Instant::now();
    loop {
        let answer = client.ask(document).await;
        if is_wanted(&answer) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: {:#}", answer.body);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn is_fine(answer: &Answer) -> bool {
    answer.body.get("errors").is_none()
}

fn is_unavailable(answer: &Answer) -> bool {
    let is_later = answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0);
    !is_fine(answer) && answer.code() == "UNAVAILABLE" && answer.status.as_u16() == 503 && is_later
}

#[tokio::test]
async fn who_has_not_heard_of_revocations_believes_no_token_and_calls_none_wrong() {
    let shop = Shop::open_four_with(&[("REVOCATIONS_TIMEOUT_SECONDS", "2")]);
    let alice = shop.customer("alice").await;
    let other = shop.anonymous().log_in(&alice.username, PASSWORD).await;
    let doors = [&shop.url, &shop.subgraphs["products"], &shop.subgraphs["orders"]];
    for url in doors {
        until(url, &alice.at(url), "{ __typename }", is_fine).await;
    }
    shop.process("users").signal("STOP");
    for url in doors {
        until(url, &alice.at(url), "{ __typename }", is_unavailable).await;
        let nobody = shop.anonymous().at(url).ask("{ __typename }").await;
        assert!(is_fine(&nobody), "{url}: {:#}", nobody.body);
        let forged = shop.anonymous().with_token(Some("nonsense")).at(url).ask("{ __typename }").await;
        assert_eq!((forged.code(), forged.status.as_u16()), ("UNAUTHENTICATED", 401), "{url}");
    }
    assert!(is_fine(&shop.anonymous().ask(PUBLIC).await));
    shop.process("users").signal("CONT");
    for url in doors {
        until(url, &alice.at(url), "{ __typename }", is_fine).await;
    }
    let out = alice.ask("mutation { logout { success userErrors { code } } }").await;
    assert_eq!(out.payload("logout")["success"], true);
    assert_refused_everywhere(&shop, &alice).await;
    assert!(is_fine(&other.ask("{ me { id } }").await));
}

#[tokio::test]
async fn a_process_that_starts_again_knows_what_had_ended_before() {
    let mut shop = Shop::open_four();
    let alice = shop.customer("alice").await;
    let other = shop.anonymous().log_in(&alice.username, PASSWORD).await;
    let out = alice.ask("mutation { logout { success userErrors { code } } }").await;
    assert_eq!(out.payload("logout")["success"], true);
    for name in ["router", "products", "orders"] {
        shop.process(name).stop();
        shop.restart(name);
    }
    let doors = [&shop.url, &shop.subgraphs["products"], &shop.subgraphs["orders"]];
    for url in doors {
        // Not believed from the first request on, which waits until the log is heard.
        let answer = alice.at(url).ask("{ __typename }").await;
        assert!(!is_fine(&answer) && ["UNAUTHENTICATED", "UNAVAILABLE"].contains(&answer.code()), "{:#}", answer.body);
        until(url, &other.at(url), "{ __typename }", is_fine).await;
        assert_eq!(alice.at(url).ask("{ __typename }").await.code(), "UNAUTHENTICATED", "{url}");
    }
}

#[tokio::test]
async fn an_order_with_a_token_whose_session_has_ended_is_refused_as_such() {
    let shop = Shop::four();
    let product = add_product(shop, "5", 3).await;
    let alice = shop.customer("alice").await;
    let address = json!({"recipient": "Alice", "line1": "Calle 1", "city": "Venezia", "countryCode": "IT"});
    let id = alice.add_address(&address).await;
    let mut order = order_input(&[(&product, 1)]);
    order.as_object_mut().unwrap().remove("shippingAddress");
    order["addressId"] = id.into();
    alice.ask("mutation { logout { success userErrors { code } } }").await.payload("logout");
    // At once, when orders may not have heard yet: users, which orders asks for the address, has.
    let document = "mutation Place($input: PlaceOrderInput!) {
        placeOrder(input: $input) { order { id } userErrors { code } } }";
    let placed = alice.at(&shop.subgraphs["orders"]).query(document, json!({"input": order})).await;
    assert_eq!(placed.code(), "UNAUTHENTICATED", "{:#}", placed.body);
    let placed = place(&alice, &order).await;
    assert_eq!(placed.code(), "UNAUTHENTICATED", "{:#}", placed.body);
}

#[tokio::test]
async fn the_log_is_for_processes_that_users_trusts() {
    let shop = Shop::four();
    let path = schema::revocation::LOG_PATH;
    let users = &shop.subgraphs["users"];
    let ask = async |client: Client| client.at(users).get(path).await.status().as_u16();
    assert_eq!(ask(shop.anonymous()).await, 403);
    assert_eq!(ask(shop.admin().await).await, 403);
    let stranger = schema::keys::KeyPair::generate();
    for (name, key, status) in
        [("orders", shop.key("orders"), 200), ("orders", &stranger, 403), ("billing", &stranger, 403)]
    {
        let token = tests::forge::service_token(name, key, "users");
        assert_eq!(ask(shop.anonymous().with_header("rialto-service", &token)).await, status, "{name}");
    }
    // It is nothing that the router passes on.
    let token = tests::forge::service_token("orders", shop.key("orders"), "users");
    let through = shop.anonymous().with_header("rialto-service", &token).get(path).await;
    assert_eq!(through.status().as_u16(), 404);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_no_proof_of_a_forgery() {
    let mut shop = Shop::open_four();
    let alice = shop.customer("alice").await;
    shop.process("router").stop();
    shop.process("users").signal("STOP");
    shop.restart("router");
    for document in ["{ __typename }", PUBLIC] {
        let answer = alice.ask(document).await;
        assert!(is_unavailable(&answer), "{:#}", answer.body);
    }
    let nobody = shop.anonymous().ask(PUBLIC).await;
    assert!(is_fine(&nobody), "{:#}", nobody.body);
    shop.process("users").signal("CONT");
    until("users is back", &alice, "{ me { id } }", is_fine).await;
}
