//! What belongs to somebody is nobody else's to see or to touch, on any path.

use serde_json::{Value, json};
use tests::{
    Shop,
    client::{items, text},
    shop::unique,
    shopping::{add_product, available, cancel, order, pay, place_order, somewhere},
};

everywhere! {
    somebody_elses_order_does_not_exist,
    somebody_elses_account_does_not_exist,
    an_administrator_sees_all_of_them,
}

async fn somebody_elses_order_does_not_exist(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let placed = place_order(&alice, &[(&product, 1)]).await;
    let id = text(&placed["id"]);
    let missing = "ord_0190000000007000800000000000ffff";

    assert_eq!(order(&bob, id).await.data(), order(&bob, missing).await.data());
    assert_eq!(order(&bob, id).await.data()["order"], Value::Null);
    let document = "query Peek($user: ID!, $number: String!) {
        orders(where: {customerId: {eq: $user}}) { totalCount }
        numbered: orders(where: {number: {eq: $number}}) { totalCount nodes { id } }
        user(id: $user) { orders { totalCount } } }";
    let variables = json!({"user": alice.user_id, "number": placed["number"]});
    let seen = bob.query(document, variables.clone()).await;
    let nothing = json!({"totalCount": 0});
    let expected = json!({"orders": nothing, "numbered": {"totalCount": 0, "nodes": []}, "user": null});
    assert_eq!(*seen.data(), expected);
    assert_eq!(alice.query(document, variables).await.data()["numbered"]["totalCount"], 1);

    let refused = pay(&bob, id, "tok_success", &unique("pay-key")).await;
    let unknown = pay(&bob, missing, "tok_success", &unique("pay-key")).await;
    assert_eq!(refused.user_error("payOrder")["code"], "NOT_FOUND");
    assert_eq!(refused.body, unknown.body);
    let refused = cancel(&bob, id, &unique("cancel-key")).await;
    assert_eq!(refused.user_error("cancelOrder")["code"], "NOT_FOUND");
    for mutation in ["refundOrder", "fulfillOrder"] {
        let key = if mutation == "refundOrder" { ", idempotencyKey: \"refund-key\"" } else { "" };
        let document = format!("mutation {{ {mutation}(input: {{orderId: \"{id}\"{key}}}) {{ order {{ id }} }} }}");
        assert_eq!(bob.ask(&document).await.code(), "FORBIDDEN");
    }

    // The language between router and subgraphs is not spoken with clients.
    let entities = "query($all: [_Any!]!) { _entities(representations: $all) { ... on Order { id } } }";
    let asked = bob.query(entities, json!({"all": [{"__typename": "Order", "id": id}]})).await;
    assert!(asked.codes().iter().all(|code| *code == "GRAPHQL_VALIDATION_FAILED"), "{:#}", asked.body);

    assert_eq!(order(&alice, id).await.data()["order"]["status"], "AWAITING_PAYMENT");
    assert_eq!(available(&alice, &product).await, 9);
}

async fn somebody_elses_account_does_not_exist(shop: &Shop) {
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let add = "mutation Add($input: AddAddressInput!) {
        addAddress(input: $input) { address { id } userErrors { code } } }";
    let added = alice.query(add, json!({"input": somewhere()})).await;
    let address = &added.payload("addAddress")["address"]["id"];
    let document = "query Peek($user: ID!, $address: ID!) {
        user(id: $user) { id email addresses { line1 } } address(id: $address) { line1 } }";
    let variables = json!({"user": alice.user_id, "address": address});
    assert_eq!(*bob.query(document, variables.clone()).await.data(), json!({"user": null, "address": null}));
    assert_eq!(alice.query(document, variables).await.data()["address"]["line1"], "Riva del Vin 1");
    let nobody = "query Peek($user: ID!) { user(id: $user) { id } }";
    let seen = shop.anonymous().query(nobody, json!({"user": alice.user_id})).await;
    assert_eq!(seen.data()["user"], Value::Null);
    let change = "mutation Change($input: UpdateAddressInput!) {
        updateAddress(input: $input) { address { id } userErrors { code } } }";
    let refused = bob.query(change, json!({"input": {"id": address, "city": "Milano"}})).await;
    assert_eq!(refused.user_error("updateAddress")["code"], "NOT_FOUND");
    let delete = "mutation Delete($input: DeleteAddressInput!) {
        deleteAddress(input: $input) { address { id } userErrors { code } } }";
    let refused = bob.query(delete, json!({"input": {"id": address}})).await;
    assert_eq!(refused.user_error("deleteAddress")["code"], "NOT_FOUND");
}

async fn an_administrator_sees_all_of_them(shop: &Shop) {
    let (alice, placed) = tests::shopping::buy(shop, "alice").await;
    let admin = shop.admin().await;
    let seen = order(&admin, text(&placed["id"])).await;
    assert_eq!(seen.data()["order"]["customer"]["username"], json!(alice.username));
    let document = "query Of($user: ID!) { user(id: $user) { email orders { nodes { id } } }
        orders(where: {customerId: {eq: $user}}) { nodes { id } } }";
    let seen = admin.query(document, json!({"user": alice.user_id})).await;
    assert_eq!(items(&seen.data()["orders"]["nodes"])[0]["id"], placed["id"]);
    assert_eq!(seen.data()["user"]["orders"], seen.data()["orders"]);
}
