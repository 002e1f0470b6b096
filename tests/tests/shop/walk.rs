//! From `register` to a paid order, and what else can become of one.

use serde_json::{Value, json};
use tests::{
    Client, Shop,
    client::{items, text},
    shop::unique,
    shopping::{
        ORDER, USER_ERRORS, add_product, available, cancel, order, order_input, pay, pay_order, place, place_order,
        somewhere,
    },
};

everywhere! {
    a_newcomer_shops,
    a_declined_payment_can_be_tried_again,
    an_unclear_payment_holds_the_order,
    a_cancelled_order_frees_its_goods,
    an_administrator_ships_and_refunds,
    what_is_short_is_told_and_nothing_is_held,
    a_saved_address_is_copied_into_the_order,
    an_unexpected_total_is_refused,
    a_quote_tells_before_what_an_order_would,
    an_address_is_saved_beside_its_order,
    an_order_says_what_can_be_done_with_it,
    a_deleted_product_stays_in_old_orders,
}

async fn a_newcomer_shops(shop: &Shop) {
    let nobody = shop.anonymous();
    let found = nobody.ask("{ products(first: 1, where: {inStock: true}) { nodes { id title } } }").await;
    assert_eq!(items(&found.data()["products"]["nodes"]).len(), 1);

    let (lamp, chair) = (add_product(shop, "12.50", 10).await, add_product(shop, "99.99", 3).await);
    let alice = shop.customer("alice").await;
    let placed = place_order(&alice, &[(&lamp, 2), (&chair, 1), (&lamp, 1)]).await;
    assert_eq!(placed["status"], "AWAITING_PAYMENT");
    assert_eq!(placed["total"], json!({"amount": "137.49", "currencyCode": "EUR"}));
    assert_eq!(placed["shippingAddress"]["city"], "Venezia");
    assert!(placed["expiresAt"].is_string() && placed["payments"] == json!([]), "{placed:#}");
    let lines: Vec<_> = items(&placed["items"]).iter().map(line).collect();
    assert_eq!(lines, [(lamp.as_str(), 3, "12.50", "37.50"), (chair.as_str(), 1, "99.99", "99.99")]);
    assert_eq!((available(&alice, &lamp).await, available(&alice, &chair).await), (7, 2));

    let id = text(&placed["id"]);
    let paid = pay_order(&alice, id, "tok_success").await;
    assert_eq!(paid["payment"]["status"], "SUCCEEDED");
    assert_eq!(paid["order"]["status"], "PAID");

    let seen = order(&alice, id).await;
    let seen = &seen.data()["order"];
    assert_eq!(seen["customer"], json!({"id": alice.user_id, "username": alice.username}));
    assert_eq!(seen["items"], placed["items"]);
    assert_eq!(seen["payments"][0]["amount"], placed["total"]);
    assert_eq!(statuses(seen), ["PENDING", "AWAITING_PAYMENT", "PAID"]);
    assert_eq!((available(&alice, &lamp).await, available(&alice, &chair).await), (7, 2));

    let document = "{ orders { totalCount nodes { id number } } me { orders { totalCount nodes { id number } } } }";
    let listed = alice.ask(document).await;
    let own = json!({"totalCount": 1, "nodes": [{"id": id, "number": placed["number"]}]});
    assert_eq!(*listed.data(), json!({"orders": own, "me": {"orders": own}}));
}

/// Product, quantity, price of one, price of all.
fn line(item: &Value) -> (&str, i64, &str, &str) {
    assert_eq!(item["title"], item["product"]["title"]);
    let amount = |field: &str| text(&item[field]["amount"]);
    (
        text(&item["product"]["id"]),
        item["quantity"].as_i64().unwrap(),
        amount_of(item, "unitPrice"),
        amount("lineTotal"),
    )
}

fn amount_of<'a>(item: &'a Value, field: &str) -> &'a str {
    assert_eq!(item[field]["currencyCode"], "EUR");
    text(&item[field]["amount"])
}

fn statuses(order: &Value) -> Vec<&str> {
    items(&order["timeline"]).iter().map(|step| text(&step["status"])).collect()
}

async fn a_declined_payment_can_be_tried_again(shop: &Shop) {
    let (alice, id) = one_order(shop, "alice").await;
    let declined = pay_order(&alice, &id, "tok_declined").await;
    assert_eq!(declined["payment"]["status"], "FAILED");
    assert!(declined["payment"]["failureCode"].is_string(), "{declined:#}");
    assert_eq!(declined["order"]["status"], "PAYMENT_FAILED");
    let paid = pay_order(&alice, &id, "tok_success").await;
    assert_eq!(paid["order"]["status"], "PAID");
    assert_eq!(items(&paid["order"]["payments"]).len(), 2);
    let again = pay(&alice, &id, "tok_success", &unique("pay-key")).await;
    let error = again.user_error("payOrder");
    assert_eq!((text(&error["__typename"]), text(&error["code"])), ("StateError", "INVALID_STATE"));
    assert_eq!(error["from"], "PAID");
}

async fn an_unclear_payment_holds_the_order(shop: &Shop) {
    let (alice, id) = one_order(shop, "alice").await;
    let unclear = pay_order(&alice, &id, "tok_timeout").await;
    assert_eq!(unclear["payment"]["status"], "PENDING");
    assert_eq!(unclear["order"]["status"], "AWAITING_PAYMENT");
    let refused = pay(&alice, &id, "tok_success", &unique("pay-key")).await;
    assert_eq!(refused.user_error("payOrder")["__typename"], "PaymentStateError");
}

async fn a_cancelled_order_frees_its_goods(shop: &Shop) {
    let product = add_product(shop, "5", 4).await;
    let alice = shop.customer("alice").await;
    let placed = place_order(&alice, &[(&product, 3)]).await;
    assert_eq!(available(&alice, &product).await, 1);
    let cancelled = cancel(&alice, text(&placed["id"]), &unique("cancel-key")).await;
    assert_eq!(cancelled.payload("cancelOrder")["order"]["status"], "CANCELLED");
    let mut left = available(&alice, &product).await;
    for _ in 0..100 {
        if left == 4 {
            break;
        }
        // The release follows the commit; its worker needs a moment.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        left = available(&alice, &product).await;
    }
    assert_eq!(left, 4);
    let paid = pay(&alice, text(&placed["id"]), "tok_success", &unique("pay-key")).await;
    assert_eq!(paid.user_error("payOrder")["from"], "CANCELLED");
}

async fn an_administrator_ships_and_refunds(shop: &Shop) {
    let (alice, id) = one_order(shop, "alice").await;
    pay_order(&alice, &id, "tok_success").await;
    let admin = shop.admin().await;
    let fulfil = "mutation Ship($input: FulfillOrderInput!) {
        fulfillOrder(input: $input) { order { status } userErrors { code } } }";
    let shipped = admin.query(fulfil, json!({"input": {"orderId": id}})).await;
    assert_eq!(shipped.payload("fulfillOrder")["order"]["status"], "FULFILLED");
    let refund = "mutation Refund($input: RefundOrderInput!) {
        refundOrder(input: $input) { order { status payments { status } } replayed userErrors { code } } }";
    let input = json!({"orderId": id, "reason": "It broke.", "idempotencyKey": unique("refund-key")});
    let refunded = admin.query(refund, json!({"input": input})).await;
    let refunded = &refunded.payload("refundOrder")["order"];
    assert_eq!(*refunded, json!({"status": "REFUNDED", "payments": [{"status": "REFUNDED"}]}));
    let seen = order(&alice, &id).await;
    let timeline = items(&seen.data()["order"]["timeline"]);
    assert!(timeline.iter().any(|step| step["reason"].as_str().is_some_and(|reason| reason.contains("It broke."))));
}

async fn what_is_short_is_told_and_nothing_is_held(shop: &Shop) {
    let (many, few) = (add_product(shop, "5", 10).await, add_product(shop, "5", 2).await);
    let alice = shop.customer("alice").await;
    let mut input = order_input(&[(&many, 1), (&few, 3)]);
    let refused = place(&alice, &input).await;
    let error = refused.user_error("placeOrder");
    assert_eq!((text(&error["__typename"]), text(&error["code"])), ("StockError", "INSUFFICIENT_STOCK"));
    assert_eq!(error["path"], json!(["input", "items", "1", "quantity"]));
    let told = (&error["productId"], &error["requested"], &error["available"]);
    assert_eq!(told, (&json!(few), &json!(3), &json!(2)));
    assert_eq!((available(&alice, &many).await, available(&alice, &few).await), (10, 2));
    let orders = alice.ask("{ orders { totalCount } }").await;
    assert_eq!(orders.data()["orders"]["totalCount"], 0);
    // A refused attempt does not use the key up.
    input["items"][1]["quantity"] = json!(2);
    assert_eq!(place(&alice, &input).await.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT");
}

async fn a_saved_address_is_copied_into_the_order(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let add = "mutation Add($input: AddAddressInput!) {
        addAddress(input: $input) { address { id isDefault } userErrors { code } } }";
    let added = alice.query(add, json!({"input": somewhere()})).await;
    let address = &added.payload("addAddress")["address"];
    assert_eq!(address["isDefault"], true);
    let mut input = order_input(&[(&product, 1)]);
    input["addressId"] = address["id"].clone();
    assert_eq!(place(&alice, &input).await.user_error("placeOrder")["code"], "ADDRESS_AMBIGUOUS");
    input["shippingAddress"] = Value::Null;
    // Somebody else's address is no address.
    let stolen = place(&bob, &input).await;
    assert_eq!(stolen.user_error("placeOrder")["code"], "ADDRESS_NOT_FOUND");
    let placed = place(&alice, &input).await;
    let placed = &placed.payload("placeOrder")["order"];
    assert_eq!(placed["shippingAddress"]["line1"], "Riva del Vin 1");
    let delete = "mutation Delete($input: DeleteAddressInput!) {
        deleteAddress(input: $input) { address { id } userErrors { code } } }";
    alice.query(delete, json!({"input": {"id": address["id"]}})).await.payload("deleteAddress");
    let seen = order(&alice, text(&placed["id"])).await;
    assert_eq!(seen.data()["order"]["shippingAddress"]["line1"], "Riva del Vin 1");
}

async fn an_unexpected_total_is_refused(shop: &Shop) {
    let product = add_product(shop, "19.90", 10).await;
    let alice = shop.customer("alice").await;
    let mut input = order_input(&[(&product, 2)]);
    input["expectedTotal"] = json!({"amount": "20", "currencyCode": "EUR"});
    let refused = place(&alice, &input).await;
    assert_eq!(refused.user_error("placeOrder")["code"], "TOTAL_CHANGED");
    assert_eq!(available(&alice, &product).await, 10);
    input["expectedTotal"] = json!({"amount": "39.80", "currencyCode": "EUR"});
    assert_eq!(place(&alice, &input).await.payload("placeOrder")["order"]["total"]["amount"], "39.80");
}

async fn a_quote_tells_before_what_an_order_would(shop: &Shop) {
    let (lamp, chair) = (add_product(shop, "12.50", 10).await, add_product(shop, "99.99", 3).await);
    let document = format!(
        "query Quote($input: QuoteInput!) {{ quote(input: $input) {{ total {{ amount currencyCode }}
            lines {{ productId title quantity unitPrice {{ amount }} lineTotal {{ amount }} available product {{ title }}
                userErrors {{ ...UserErrors }} }}
            userErrors {{ ...UserErrors }} }} }}
        {USER_ERRORS}"
    );
    let quote = async |items: Value| {
        let answer = shop.anonymous().query(&document, json!({"input": {"items": items}})).await;
        answer.data()["quote"].clone()
    };
    let quoted = quote(json!([{"productId": lamp, "quantity": 2}, {"productId": chair, "quantity": 1}])).await;
    assert_eq!(quoted["userErrors"], json!([]));
    assert_eq!(quoted["total"], json!({"amount": "124.99", "currencyCode": "EUR"}));
    assert_eq!(quoted["lines"][0]["title"], quoted["lines"][0]["product"]["title"]);
    let alice = shop.customer("alice").await;
    let mut input = order_input(&[(&lamp, 2), (&chair, 1)]);
    input["expectedTotal"] = quoted["total"].clone();
    assert_eq!(place(&alice, &input).await.payload("placeOrder")["order"]["total"], quoted["total"]);

    let gone = "prd_ffffffffffffffffffffffffffffffff";
    let refused = quote(json!([{"productId": gone, "quantity": 1}, {"productId": chair, "quantity": 3,
        "expectedUnitPrice": {"amount": "98", "currencyCode": "EUR"}}]))
    .await;
    let codes = |payload: &Value| {
        items(&payload["userErrors"]).iter().map(|error| text(&error["code"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&refused), ["PRODUCT_NOT_FOUND", "INSUFFICIENT_STOCK", "PRICE_CHANGED"]);
    assert_eq!(codes(&refused["lines"][0]), ["PRODUCT_NOT_FOUND"]);
    assert_eq!(codes(&refused["lines"][1]), ["INSUFFICIENT_STOCK", "PRICE_CHANGED"]);
    assert_eq!(refused["lines"][1]["available"], 2, "what Alice holds is not to be had");
    // The order says it all at once, too, in the same order.
    let placed = place(&alice, &order_input(&[(gone, 1), (&chair, 3)])).await;
    assert_eq!(codes(&placed.data()["placeOrder"]), ["PRODUCT_NOT_FOUND", "INSUFFICIENT_STOCK"]);
}

async fn an_address_is_saved_beside_its_order(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    for _ in 0..2 {
        let mut input = order_input(&[(&product, 1)]);
        input["saveAddress"] = true.into();
        place(&alice, &input).await.payload("placeOrder");
    }
    let book = async || {
        let answer = alice.ask("{ me { addresses { city recipient isDefault } } }").await;
        answer.data()["me"]["addresses"].clone()
    };
    for _ in 0..100 {
        if book().await != json!([]) {
            break;
        }
        // It follows the order; its worker needs a moment.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let expected = json!([{"city": "Venezia", "recipient": "Alice Rossi", "isDefault": true}]);
    assert_eq!(book().await, expected, "an equal one is not doubled");
}

async fn an_order_says_what_can_be_done_with_it(shop: &Shop) {
    let (alice, id) = one_order(shop, "alice").await;
    let document = "query Can($id: ID!) { order(id: $id) { allowedActions paymentPending version
        payments { nextCheckAt } timeline { cause } } }";
    let look = async || alice.query(document, json!({"id": id})).await.data()["order"].clone();
    let before = look().await;
    assert_eq!((&before["allowedActions"], &before["paymentPending"]), (&json!(["PAY", "CANCEL"]), &json!(false)));
    pay_order(&alice, &id, "tok_timeout").await;
    let doubt = look().await;
    assert_eq!((&doubt["allowedActions"], &doubt["paymentPending"]), (&json!(["CANCEL"]), &json!(true)));
    assert!(doubt["version"].as_i64() > before["version"].as_i64(), "{doubt:#}");
    assert!(doubt["payments"][0]["nextCheckAt"].is_string(), "{doubt:#}");
    assert_eq!(items(&doubt["timeline"]).last().map(|row| text(&row["cause"])), Some("PAYMENT_IN_DOUBT"));
}

async fn a_deleted_product_stays_in_old_orders(shop: &Shop) {
    let product = add_product(shop, "5", 10).await;
    let alice = shop.customer("alice").await;
    let placed = place_order(&alice, &[(&product, 1)]).await;
    let delete = "mutation Delete($input: DeleteProductInput!) {
        deleteProduct(input: $input) { product { id } userErrors { code } } }";
    shop.admin().await.query(delete, json!({"input": {"id": product}})).await.payload("deleteProduct");
    let gone = alice.query("query Gone($id: ID!) { product(id: $id) { id } }", json!({"id": product})).await;
    assert_eq!(gone.data()["product"], Value::Null);
    let document = format!("query Seen($id: ID!) {{ order(id: $id) {{ ...OrderFields }} }} {ORDER}");
    let seen = alice.query(&document, json!({"id": placed["id"]})).await;
    assert_eq!(seen.data()["order"]["items"][0]["product"]["id"], json!(product));
    let refused = place(&alice, &order_input(&[(&product, 1)])).await;
    assert_eq!(refused.user_error("placeOrder")["code"], "PRODUCT_NOT_FOUND");
}

/// A customer, and the id of an order that awaits payment.
async fn one_order(shop: &Shop, name: &str) -> (Client, String) {
    let product = add_product(shop, "12.50", 10).await;
    let customer = shop.customer(name).await;
    let placed = place_order(&customer, &[(&product, 1)]).await;
    let id = text(&placed["id"]).to_owned();
    (customer, id)
}
