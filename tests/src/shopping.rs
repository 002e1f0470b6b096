//! What customers and administrators do all day, as one call each.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    Answer, Client,
    client::text,
    shop::{Shop, unique},
};

/// Fields of an order that most tests look at.
pub const ORDER: &str = "
    fragment OrderFields on Order {
        id number status total { amount currencyCode } expiresAt createdAt version
        items { id title quantity unitPrice { amount currencyCode } lineTotal { amount currencyCode } product { id title } }
        shippingAddress { recipient line1 line2 city region postalCode countryCode phone }
        customer { id username }
        payments { id status amount { amount currencyCode } failureCode createdAt }
        timeline { status at reason }
    }";

/// Fields of every kind of user error.
pub const USER_ERRORS: &str = "
    fragment UserErrors on UserError {
        __typename code message path
        ... on StockError { productId requested available }
        ... on StateError { from allowed }
        ... on PaymentStateError { paymentStatus allowedPaymentStatuses }
        ... on ConflictError { currentVersion }
    }";

/// A new product in euros of which there are `stock`. Returns its id.
pub async fn add_product(shop: &Shop, price: &str, stock: i32) -> String {
    add_product_in(&shop.admin().await, price, stock, &[]).await
}

/// A new product in euros, in these categories.
pub async fn add_product_in(admin: &Client, price: &str, stock: i32, categories: &[&str]) -> String {
    let document = "mutation Add($input: AddProductInput!) {
        addProduct(input: $input) { product { id } userErrors { code message path } } }";
    let input = json!({
        "title": unique("Lamp"), "description": "It gives light.", "initialStock": stock, "categoryIds": categories,
        "price": {"amount": price, "currencyCode": "EUR"},
    });
    let answer = admin.query(document, json!({"input": input})).await;
    text(&answer.payload("addProduct")["product"]["id"]).to_owned()
}

/// How many of a product can be ordered.
pub async fn available(client: &Client, product: &str) -> i64 {
    let document = "query Stock($id: ID!) { product(id: $id) { stock { available inStock } } }";
    let answer = client.query(document, json!({"id": product})).await;
    let stock = &answer.data()["product"]["stock"];
    let available = stock["available"].as_i64().expect("a number");
    assert_eq!(stock["inStock"], json!(available > 0));
    available
}

/// An address that nobody has saved.
pub fn somewhere() -> Value {
    json!({"recipient": "Alice Rossi", "line1": "Riva del Vin 1", "city": "Venezia", "postalCode": "30125", "countryCode": "IT"})
}

/// The input of an order for these products, under a key of its own.
pub fn order_input(items: &[(&str, i64)]) -> Value {
    let items: Vec<_> = items.iter().map(|(id, quantity)| json!({"productId": id, "quantity": quantity})).collect();
    json!({"items": items, "shippingAddress": somewhere(), "idempotencyKey": unique("order-key")})
}

/// `placeOrder`.
pub async fn place(client: &Client, input: &Value) -> Answer {
    let document = format!(
        "mutation Place($input: PlaceOrderInput!) {{
            placeOrder(input: $input) {{ order {{ ...OrderFields }} replayed userErrors {{ ...UserErrors }} }} }}
        {ORDER} {USER_ERRORS}"
    );
    // `replayed` says false when nothing was done, so it is no sign that something was.
    client.query(&document, json!({"input": input})).await
}

/// Orders these products and returns the order.
pub async fn place_order(client: &Client, items: &[(&str, i64)]) -> Value {
    place(client, &order_input(items)).await.payload("placeOrder")["order"].clone()
}

/// `payOrder`.
pub async fn pay(client: &Client, order: &str, token: &str, key: &str) -> Answer {
    let document = format!(
        "mutation Pay($input: PayOrderInput!) {{
            payOrder(input: $input) {{
                order {{ ...OrderFields }} payment {{ id status failureCode }} replayed userErrors {{ ...UserErrors }} }} }}
        {ORDER} {USER_ERRORS}"
    );
    client.query(&document, json!({"input": {"orderId": order, "paymentToken": token, "idempotencyKey": key}})).await
}

/// Pays an order and returns the payload.
pub async fn pay_order(client: &Client, order: &str, token: &str) -> Value {
    pay(client, order, token, &unique("pay-key")).await.payload("payOrder").clone()
}

/// `cancelOrder`.
pub async fn cancel(client: &Client, order: &str, key: &str) -> Answer {
    let document = format!(
        "mutation Cancel($input: CancelOrderInput!) {{
            cancelOrder(input: $input) {{ order {{ ...OrderFields }} replayed userErrors {{ ...UserErrors }} }} }}
        {ORDER} {USER_ERRORS}"
    );
    client.query(&document, json!({"input": {"orderId": order, "idempotencyKey": key}})).await
}

/// `order`.
pub async fn order(client: &Client, id: &str) -> Answer {
    let document = format!("query Order($id: ID!) {{ order(id: $id) {{ ...OrderFields }} }} {ORDER}");
    client.query(&document, json!({"id": id})).await
}

/// A new customer buys two of a new product, from registration to the paid order. Returns the customer and the order.
pub async fn buy(shop: &Shop, name: &str) -> (Client, Value) {
    let product = add_product(shop, "12.50", 10).await;
    let customer = shop.customer(name).await;
    let placed = place_order(&customer, &[(&product, 2)]).await;
    assert_eq!(placed["status"], "AWAITING_PAYMENT", "{placed:#}");
    let paid = pay_order(&customer, text(&placed["id"]), "tok_success").await;
    assert_eq!(paid["order"]["status"], "PAID", "{paid:#}");
    (customer, paid["order"].clone())
}

/// Waits until the router and every subgraph refuse the client's access token. In one process they do so at once; between
/// processes it takes a second or two, and at most five on a machine that is not loaded.
///
/// # Panics
///
/// When somebody goes on believing it, or answers anything else.
pub async fn assert_refused_everywhere(shop: &Shop, client: &Client) {
    let patience = Duration::from_secs(if shop.is_one() { 0 } else { 15 });
    let began = Instant::now();
    let doors = [("router", &shop.url)].into_iter().chain(shop.subgraphs.iter().map(|(name, url)| (*name, url)));
    for (name, url) in doors {
        let client = client.at(url);
        loop {
            let answer = client.ask("{ __typename }").await;
            // A process that has not heard of revocations for too long does not believe the token either, but cannot say why.
            let is_refused = answer.body.get("errors").is_some();
            if is_refused && answer.code() != "UNAVAILABLE" {
                assert_eq!((answer.code(), answer.status.as_u16()), ("UNAUTHENTICATED", 401), "{name}");
                break;
            }
            assert!(began.elapsed() < patience, "{name} still believes the token, or knows nothing: {:#}", answer.body);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
