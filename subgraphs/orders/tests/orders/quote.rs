//! What a basket would cost: by the rules of an order, for everybody, and without a trace.

use kit::testing::{Answer, TestClient};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::world::*;

const QUOTE: &str = "query($input: QuoteInput!) { quote(input: $input) { \
    lines { productId title quantity unitPrice { amount currencyCode } lineTotal { amount } available \
        userErrors { code path } product { id } } \
    total { amount currencyCode } \
    userErrors { __typename code path message ... on InputError { min max } \
        ... on StockError { productId requested available } \
        ... on PriceError { productId expectedUnitPrice { amount } presentUnitPrice { amount currencyCode } } } } }";

async fn quote(client: &TestClient, input: Value) -> Answer {
    client.send(QUOTE, json!({"input": input})).await
}

fn items(items: &[(&str, i64)]) -> Value {
    json!({"items": wish(items, "no-key-is-needed")["items"]})
}

/// `(code, path)` of each user error.
fn errors(payload: &Value) -> Vec<(String, String)> {
    let path = |error: &Value| {
        let steps = error["path"].as_array().unwrap().iter();
        steps.map(|step| step.as_str().unwrap()).collect::<Vec<_>>().join(".")
    };
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| (error["code"].as_str().unwrap().to_owned(), path(error))).collect()
}

fn at(code: &str, path: &str) -> (String, String) {
    (code.to_owned(), path.to_owned())
}

#[tokio::test]
async fn a_visitor_learns_what_a_basket_costs_by_one_call_to_products() {
    for world in worlds().await {
        let answer = quote(&world.anonymous(), items(&[(LAMP, 2), (CHAIR, 1), (LAMP, 1)])).await;
        let payload = &answer.data()["quote"];
        assert_eq!(payload["userErrors"], json!([]));
        assert_eq!(payload["total"], json!({"amount": "137.40", "currencyCode": "EUR"}));
        let lamp = json!({"productId": LAMP, "title": "Lamp", "quantity": 3, "lineTotal": {"amount": "37.50"},
            "unitPrice": {"amount": "12.50", "currencyCode": "EUR"}, "available": 10, "userErrors": [],
            "product": {"id": LAMP}});
        assert_eq!(payload["lines"][0], lamp);
        assert_eq!((payload["lines"].as_array().unwrap().len(), &payload["lines"][1]["quantity"]), (2, &json!(1)));
        assert_eq!(world.products.books().calls, ["offers"], "one call, and nothing is reserved");
        let placed = place(&world.ada(), wish(&[(LAMP, 2), (CHAIR, 1), (LAMP, 1)], &key())).await;
        assert_eq!(placed.payload("placeOrder")["order"]["total"], payload["total"], "what is quoted is charged");
    }
}

/// Every basket that cannot be ordered is refused by a quote in the same words, and by an order.
#[tokio::test]
async fn a_quote_and_an_order_say_the_same_and_all_of_it_at_once() {
    let settings = orders::Settings { max_open_units: 0, ..orders::Settings::default() };
    for world in worlds_where(&settings, || None).await {
        let user = LAMP.replace("prd", "usr");
        let many: Vec<_> = (0..101).map(|_| (LAMP, 1)).collect();
        let euros = |amount: &str| json!({"amount": amount, "currencyCode": "EUR"});
        let mut dearer = items(&[(LAMP, 1), (GONE, 1), (CHAIR, 4)]);
        dearer["items"][0]["expectedUnitPrice"] = euros("11");
        dearer["items"][1]["expectedUnitPrice"] = euros("11");
        dearer["items"][2]["expectedUnitPrice"] = euros("99.9");
        let mut changed = items(&[(LAMP, 1), (LAMP, 2)]);
        changed["expectedTotal"] = euros("36");
        changed["items"][1]["expectedUnitPrice"] = euros("12");
        let mut unreadable = items(&[(LAMP, 1), ("junk", 0)]);
        unreadable["items"][0]["expectedUnitPrice"] = json!({"amount": "12,5", "currencyCode": "EUR"});
        unreadable["expectedTotal"] = json!({"amount": "1", "currencyCode": "ZZZ"});
        for (input, expected) in [
            (items(&[]), vec![at("REQUIRED", "input.items")]),
            (items(&many), vec![at("TOO_MANY_ITEMS", "input.items")]),
            (items(&[(&user, 1)]), vec![at("INVALID_ID", "input.items.0.productId")]),
            (items(&[(LAMP, 9_999), (LAMP, 1)]), vec![at("INVALID_QUANTITY", "input.items.1.quantity")]),
            (
                unreadable,
                vec![
                    at("INVALID_ID", "input.items.1.productId"),
                    at("INVALID_QUANTITY", "input.items.1.quantity"),
                    at("INVALID_AMOUNT", "input.items.0.expectedUnitPrice.amount"),
                    at("INVALID_CURRENCY", "input.expectedTotal.currencyCode"),
                ],
            ),
            (items(&[(GONE, 1)]), vec![at("PRODUCT_NOT_FOUND", "input.items.0.productId")]),
            (items(&[(LAMP, 1), (YEN, 1)]), vec![at("CURRENCY_MISMATCH", "input.items")]),
            (items(&[(DEAR, 9_000)]), vec![at("TOTAL_TOO_LARGE", "input.items")]),
            (
                dearer,
                vec![
                    at("PRODUCT_NOT_FOUND", "input.items.1.productId"),
                    at("INSUFFICIENT_STOCK", "input.items.2.quantity"),
                    at("PRICE_CHANGED", "input.items.0.expectedUnitPrice"),
                ],
            ),
            (
                changed,
                vec![
                    at("PRICE_CHANGED", "input.items.1.expectedUnitPrice"),
                    at("TOTAL_CHANGED", "input.expectedTotal"),
                ],
            ),
        ] {
            let quoted = quote(&world.ada(), input.clone()).await;
            assert_eq!(errors(&quoted.data()["quote"]), expected, "{}: {input}", world.kind);
            let mut order = input.clone();
            order["shippingAddress"] = address();
            order["idempotencyKey"] = key().into();
            let placed = place(&world.ada(), order).await;
            assert_eq!(errors(&placed.data()["placeOrder"]), expected, "{}: {input}", world.kind);
            let messages = |payload: &Value| {
                let errors = payload["userErrors"].as_array().unwrap().iter();
                errors.map(|error| error["message"].clone()).collect::<Vec<_>>()
            };
            assert_eq!(messages(&quoted.data()["quote"]), messages(&placed.data()["placeOrder"]));
        }
        assert_eq!((world.products.stock(LAMP), world.products.stock(CHAIR)), ((10, 0), (3, 0)));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_line_stands_at_the_line() {
    for world in worlds().await {
        let mut input = items(&[(LAMP, 1), (GONE, 1), (CHAIR, 4)]);
        input["items"][0]["expectedUnitPrice"] = json!({"amount": "11", "currencyCode": "EUR"});
        let answer = quote(&world.anonymous(), input).await;
        let payload = &answer.data()["quote"];
        let [lamp, gone, chair] = payload["lines"].as_array().unwrap().as_slice() else { panic!("{payload:#}") };
        assert_eq!(errors(lamp), [at("PRICE_CHANGED", "input.items.0.expectedUnitPrice")]);
        assert_eq!(errors(gone), [at("PRODUCT_NOT_FOUND", "input.items.1.productId")]);
        assert_eq!(errors(chair), [at("INSUFFICIENT_STOCK", "input.items.2.quantity")]);
        assert_eq!((&gone["title"], &gone["unitPrice"], &gone["available"]), (&Value::Null, &Value::Null, &json!(0)));
        assert_eq!((&chair["lineTotal"]["amount"], &chair["available"]), (&json!("399.60"), &json!(3)));
        assert_eq!(payload["total"]["amount"], "412.10", "of what is sold");
        let price = payload["userErrors"].as_array().unwrap().iter().find(|error| error["code"] == "PRICE_CHANGED");
        let expected = json!({"__typename": "PriceError", "code": "PRICE_CHANGED", "productId": LAMP,
            "path": ["input", "items", "0", "expectedUnitPrice"], "message": "The price is 12.50 EUR now.",
            "expectedUnitPrice": {"amount": "11.00"}, "presentUnitPrice": {"amount": "12.50", "currencyCode": "EUR"}});
        assert_eq!(price, Some(&expected));
        let bounds = quote(&world.anonymous(), items(&[(LAMP, 0)])).await;
        let error = &bounds.data()["quote"]["userErrors"][0];
        assert_eq!((&error["min"], &error["max"]), (&json!(1), &json!(9999)));
        assert_eq!(error["message"], "Choose a quantity from 1 to 9999.");
    }
}

#[tokio::test]
async fn a_quote_writes_nothing_and_fails_as_a_whole_only_without_products() {
    for world in worlds().await {
        quote(&world.ada(), items(&[(LAMP, 1)])).await.data();
        for table in ["orders", "idempotency", "jobs", "customers"] {
            let count = format!("SELECT count(*) AS n FROM {table}");
            let backend = world.test.database.schema().get_database_backend();
            let row = world.test.database.schema().query_one_raw(sea_orm::Statement::from_string(backend, count)).await;
            assert_eq!(row.unwrap().unwrap().try_get::<i64>("", "n").unwrap(), 0, "{} {table}", world.kind);
        }
        world.products_down(true);
        assert_eq!(quote(&world.anonymous(), items(&[(LAMP, 1)])).await.codes(), ["UNAVAILABLE"]);
        // What cannot be read needs no products.
        let refused = quote(&world.anonymous(), items(&[])).await;
        assert_eq!(errors(&refused.data()["quote"]), [at("REQUIRED", "input.items")]);
    }
}

#[tokio::test]
async fn a_customer_learns_of_too_many_unpaid_orders_before_another() {
    let settings = orders::Settings { max_open_orders: 1, ..orders::Settings::default() };
    for world in worlds_where(&settings, || None).await {
        world.order(&[(LAMP, 1)]).await;
        let quoted = quote(&world.ada(), items(&[(LAMP, 1)])).await;
        assert_eq!(errors(&quoted.data()["quote"]), [at("TOO_MANY_OPEN_ORDERS", "input.items")]);
        assert_eq!(errors(&quote(&world.bob(), items(&[(LAMP, 1)])).await.data()["quote"]), []);
        assert_eq!(errors(&quote(&world.anonymous(), items(&[(LAMP, 1)])).await.data()["quote"]), []);
    }
}
