//! What orders hold of the stock.

use kit::testing::Answer;
use serde_json::{Value, json};

use crate::shop::{Shop, mutate, price, refused, shops};

fn order(number: u32) -> String {
    format!("ord_{number:032x}")
}

pub async fn reserve(shop: &Shop, number: u32, attempt: i32, lines: &[(&Value, i64)]) -> Answer {
    let lines: Vec<_> = lines.iter().map(|(product, n)| json!({"productId": product["id"], "quantity": n})).collect();
    let input = json!({
        "orderId": order(number), "attempt": attempt, "lines": lines, "expiresAt": "2027-01-15T09:00:00Z",
    });
    let fields =
        "reservation { orderId state attempt lines { productId title quantity unitPrice { amount currencyCode } } }";
    mutate(&shop.orders, "reserve", fields, input).await
}

pub async fn release(shop: &Shop, number: u32, attempt: i32) -> Answer {
    let input = json!({"orderId": order(number), "attempt": attempt});
    mutate(&shop.orders, "release", "reservation { state attempt }", input).await
}

pub async fn consume(shop: &Shop, number: u32) -> Answer {
    mutate(&shop.orders, "consume", "reservation { state }", json!({"orderId": order(number)})).await
}

/// What is reserved is what the held reservations say.
async fn assert_sums(shop: &Shop, products: &[&Value], held: &[i64]) {
    for (product, held) in products.iter().zip(held) {
        assert_eq!(shop.stock(product).await[2], *held, "{}", shop.name);
    }
}

#[tokio::test]
async fn a_reservation_merges_lines_and_promises_titles_and_prices() {
    for shop in shops().await {
        let (chair, table) = (shop.add("Chair", "10.00", 5).await, shop.add("Table", "99.90", 5).await);
        let first = reserve(&shop, 1, 1, &[(&table, 1), (&chair, 2), (&table, 3)]).await;
        let expected = json!({
            "orderId": order(1), "state": "HELD", "attempt": 1, "lines": [
                {"productId": table["id"], "title": "Table", "quantity": 4, "unitPrice": {"amount": "99.90", "currencyCode": "EUR"}},
                {"productId": chair["id"], "title": "Chair", "quantity": 2, "unitPrice": {"amount": "10.00", "currencyCode": "EUR"}},
            ],
        });
        assert_eq!(first.payload("reserve")["reservation"], expected, "{}", shop.name);
        assert_sums(&shop, &[&chair, &table], &[2, 4]).await;
        // A new price is for new orders.
        let change = json!({"id": table["id"], "price": price("120.00"), "title": "Desk"});
        shop.mutate("updateProduct", "product { id }", change).await.payload("updateProduct");
        let again = reserve(&shop, 1, 1, &[(&chair, 2), (&table, 4)]).await;
        assert_eq!(again.payload("reserve")["reservation"], expected);
        assert_sums(&shop, &[&chair, &table], &[2, 4]).await;
        let other = reserve(&shop, 1, 1, &[(&chair, 3)]).await;
        refused(&other, "reserve", "IDEMPOTENCY_KEY_MISMATCH", "input.attempt");
    }
}

#[tokio::test]
async fn all_lines_are_held_or_none() {
    for shop in shops().await {
        let plenty = shop.add("Plenty", "1.00", 100).await;
        let (few, none) = (shop.add("Few", "1.00", 2).await, shop.add("None", "1.00", 0).await);
        let answer = reserve(&shop, 1, 1, &[(&plenty, 5), (&few, 3), (&none, 1)]).await;
        let errors = answer.data()["reserve"]["userErrors"].as_array().unwrap();
        let seen: Vec<_> = errors
            .iter()
            .map(|error| {
                (&error["__typename"], &error["productId"], &error["requested"], &error["available"], &error["path"][2])
            })
            .map(|(kind, product, requested, available, index)| json!([kind, product, requested, available, index]))
            .collect();
        let expected = [json!(["StockError", few["id"], 3, 2, "1"]), json!(["StockError", none["id"], 1, 0, "2"])];
        assert_eq!(seen, expected, "{}", shop.name);
        assert!(answer.data()["reserve"]["reservation"].is_null());
        assert_sums(&shop, &[&plenty, &few, &none], &[0, 0, 0]).await;
        // A refused attempt leaves no trace.
        reserve(&shop, 1, 1, &[(&plenty, 5)]).await.payload("reserve");
    }
}

const OFFERS: &str = "query($lines: [ReserveLineInput!]!) { offers(lines: $lines) { \
    lines { productId title quantity unitPrice { amount currencyCode } available } \
    userErrors { __typename code path ... on StockError { requested available } } } }";

/// `[code, path]` of each user error.
fn said(payload: &Value) -> Vec<Value> {
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| json!([error["code"], error["path"]])).collect()
}

#[tokio::test]
async fn an_offer_and_a_reservation_say_the_same_and_all_of_it_at_once() {
    for shop in shops().await {
        let (chair, few) = (shop.add("Chair", "10.00", 5).await, shop.add("Few", "1.00", 2).await);
        let fan = json!({"title": "Fan", "price": {"amount": "60", "currencyCode": "JPY"}, "initialStock": 9});
        let fan = shop.add_with(fan).await;
        let gone = shop.add("Gone", "1.00", 9).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": gone["id"]})).await.payload("deleteProduct");
        let unknown = json!({"id": "prd_01900000000070008000000000000001"});
        let wrong = json!({"id": "cat_01900000000070008000000000000001"});
        let cases = [
            (vec![(&chair, 3), (&chair, 2)], vec![]),
            (
                vec![(&few, 3), (&gone, 1), (&chair, 6), (&unknown, 1), (&fan, 1)],
                vec![
                    json!(["INSUFFICIENT_STOCK", ["input", "lines", "0", "quantity"]]),
                    json!(["PRODUCT_NOT_FOUND", ["input", "lines", "1", "productId"]]),
                    json!(["INSUFFICIENT_STOCK", ["input", "lines", "2", "quantity"]]),
                    json!(["PRODUCT_NOT_FOUND", ["input", "lines", "3", "productId"]]),
                    json!(["CURRENCY_MISMATCH", ["input", "lines"]]),
                ],
            ),
            (vec![(&wrong, 1)], vec![json!(["INVALID_ID", ["input", "lines", "0", "productId"]])]),
            (vec![], vec![json!(["REQUIRED", ["input", "lines"]])]),
            (vec![(&chair, 1); 101], vec![json!(["TOO_MANY", ["input", "lines"]])]),
        ];
        for (number, (lines, expected)) in (1..).zip(cases) {
            let asked: Vec<_> =
                lines.iter().map(|(product, n)| json!({"productId": product["id"], "quantity": n})).collect();
            let offered = shop.orders.send(OFFERS, json!({"lines": asked})).await;
            assert_eq!(said(&offered.data()["offers"]), expected, "{}", shop.name);
            assert_eq!(said(&reserve(&shop, number, 1, &lines).await.data()["reserve"]), expected, "{}", shop.name);
        }
        release(&shop, 1, 1).await.payload("release");
        let lines = json!([{"productId": chair["id"], "quantity": 9}, {"productId": gone["id"], "quantity": 1}]);
        let offered = shop.orders.send(OFFERS, json!({"lines": lines})).await;
        let chair_line = json!({"productId": chair["id"], "title": "Chair", "quantity": 9, "available": 5,
            "unitPrice": {"amount": "10.00", "currencyCode": "EUR"}});
        assert_eq!(offered.data()["offers"]["lines"], json!([chair_line]), "what is archived is not offered");
        assert_sums(&shop, &[&chair, &few, &fan, &gone], &[0, 0, 0, 0]).await;
        assert_eq!(shop.anonymous.send(OFFERS, json!({"lines": lines})).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(shop.admin.send(OFFERS, json!({"lines": lines})).await.codes(), ["FORBIDDEN"]);
    }
}

#[tokio::test]
async fn bad_lines_are_refused_with_their_place() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 100).await;
        let fan = json!({"title": "Fan", "price": {"amount": "60", "currencyCode": "JPY"}, "initialStock": 9});
        let fan = shop.add_with(fan).await;
        let gone = shop.add("Gone", "1.00", 9).await;
        shop.mutate("deleteProduct", "product { id }", json!({"id": gone["id"]})).await.payload("deleteProduct");
        let unknown = json!({"id": "prd_01900000000070008000000000000001"});
        let wrong = json!({"id": "cat_01900000000070008000000000000001"});
        for (lines, code, path) in [
            (vec![(&chair, 1), (&unknown, 1)], "PRODUCT_NOT_FOUND", "input.lines.1.productId"),
            (vec![(&chair, 1), (&gone, 1)], "PRODUCT_NOT_FOUND", "input.lines.1.productId"),
            (vec![(&wrong, 1)], "INVALID_ID", "input.lines.0.productId"),
            (vec![(&chair, 1), (&fan, 1)], "CURRENCY_MISMATCH", "input.lines"),
            (vec![(&chair, 0)], "INVALID_QUANTITY", "input.lines.0.quantity"),
            (vec![(&chair, 1_000_000_000)], "INVALID_QUANTITY", "input.lines.0.quantity"),
            (vec![(&fan, 1), (&chair, 6000), (&chair, 6000)], "INVALID_QUANTITY", "input.lines.1.quantity"),
            (vec![], "REQUIRED", "input.lines"),
            (vec![(&chair, 1); 101], "TOO_MANY", "input.lines"),
        ] {
            refused(&reserve(&shop, 1, 1, &lines).await, "reserve", code, path);
        }
        assert_sums(&shop, &[&chair, &fan, &gone], &[0, 0, 0]).await;
        let answer = mutate(&shop.orders, "consume", "reservation { state }", json!({"orderId": chair["id"]})).await;
        refused(&answer, "consume", "INVALID_ID", "input.orderId");
    }
}

#[tokio::test]
async fn held_becomes_released_or_consumed_and_each_command_may_be_repeated() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 10).await;
        reserve(&shop, 1, 1, &[(&chair, 3)]).await.payload("reserve");
        reserve(&shop, 2, 1, &[(&chair, 4)]).await.payload("reserve");
        for _ in 0..2 {
            assert_eq!(release(&shop, 1, 1).await.payload("release")["reservation"]["state"], "RELEASED");
            assert_eq!(consume(&shop, 2).await.payload("consume")["reservation"]["state"], "CONSUMED");
            assert_eq!(shop.stock(&chair).await, [6, 6, 0], "{}", shop.name);
        }
        let late = consume(&shop, 1).await;
        refused(&late, "consume", "INVALID_STATE", "input.orderId");
        let error = &late.data()["consume"]["userErrors"][0];
        assert_eq!((&error["from"], &error["allowed"]), (&json!("RELEASED"), &json!(["HELD", "CONSUMED"])));
        refused(&release(&shop, 2, 1).await, "release", "INVALID_STATE", "input.orderId");
        refused(&reserve(&shop, 2, 2, &[(&chair, 1)]).await, "reserve", "INVALID_STATE", "input.orderId");
        refused(&consume(&shop, 3).await, "consume", "NOT_FOUND", "input.orderId");
        assert_eq!(shop.stock(&chair).await, [6, 6, 0]);
    }
}

#[tokio::test]
async fn late_money_holds_again_and_late_messages_do_no_harm() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 10).await;
        reserve(&shop, 1, 1, &[(&chair, 3)]).await.payload("reserve");
        release(&shop, 1, 1).await.payload("release");
        // The first attempt, heard again, is too late.
        refused(&reserve(&shop, 1, 1, &[(&chair, 3)]).await, "reserve", "INVALID_STATE", "input.orderId");
        for _ in 0..2 {
            let again = reserve(&shop, 1, 2, &[(&chair, 3)]).await;
            assert_eq!(again.payload("reserve")["reservation"]["attempt"], 2, "{}", shop.name);
            assert_eq!(shop.stock(&chair).await, [7, 10, 3]);
        }
        // Nor does a release of the first attempt touch the second.
        assert_eq!(release(&shop, 1, 1).await.payload("release")["reservation"]["state"], "HELD");
        assert_eq!(shop.stock(&chair).await, [7, 10, 3]);
        consume(&shop, 1).await.payload("consume");
        assert_eq!(shop.stock(&chair).await, [7, 7, 0]);
        // A release that overtakes its reserve leaves a mark.
        assert_eq!(release(&shop, 2, 1).await.payload("release")["reservation"]["state"], "RELEASED");
        refused(&reserve(&shop, 2, 1, &[(&chair, 3)]).await, "reserve", "INVALID_STATE", "input.orderId");
        assert_eq!(shop.stock(&chair).await, [7, 7, 0]);
    }
}

#[tokio::test]
async fn an_archived_product_can_still_be_released_and_consumed() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 10).await;
        reserve(&shop, 1, 1, &[(&chair, 3)]).await.payload("reserve");
        reserve(&shop, 2, 1, &[(&chair, 2)]).await.payload("reserve");
        shop.mutate("deleteProduct", "product { id }", json!({"id": chair["id"]})).await.payload("deleteProduct");
        consume(&shop, 1).await.payload("consume");
        release(&shop, 2, 1).await.payload("release");
        assert_eq!(shop.stock(&chair).await, [0, 7, 0], "{}", shop.name);
    }
}

#[tokio::test]
async fn of_many_who_want_the_last_one_exactly_one_gets_it() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 1).await;
        let attempts = (1..=8).map(|number| {
            let (shop, chair) = (&shop, &chair);
            async move { reserve(shop, number, 1, &[(chair, 1)]).await }
        });
        let answers = futures_util::future::join_all(attempts).await;
        let held = answers.iter().filter(|answer| answer.data()["reserve"]["reservation"].is_object()).count();
        assert_eq!(held, 1, "{}", shop.name);
        assert_eq!(shop.stock(&chair).await, [0, 1, 1]);
    }
}

#[tokio::test]
async fn orders_of_the_same_products_in_another_order_do_not_block_each_other() {
    for shop in shops().await {
        let (a, b) = (shop.add("A", "1.00", 50).await, shop.add("B", "1.00", 50).await);
        let attempts = (1..=12).map(|number| {
            let (shop, a, b) = (&shop, &a, &b);
            async move {
                let lines = if number % 2 == 0 { [(a, 1), (b, 2)] } else { [(b, 2), (a, 1)] };
                reserve(shop, number, 1, &lines).await.payload("reserve");
                if number % 3 == 0 { consume(shop, number).await } else { release(shop, number, 1).await }
            }
        });
        for answer in futures_util::future::join_all(attempts).await {
            assert!(answer.codes().is_empty(), "{}: {:#}", shop.name, answer.body);
        }
        assert_eq!(shop.stock(&a).await, [46, 46, 0]);
        assert_eq!(shop.stock(&b).await, [42, 42, 0], "{}", shop.name);
    }
}

#[tokio::test]
async fn the_same_order_at_once_is_held_once_and_ends_once() {
    for shop in shops().await {
        let chair = shop.add("Chair", "1.00", 10).await;
        let attempts = (0..6).map(|_| {
            let (shop, chair) = (&shop, &chair);
            async move { reserve(shop, 1, 1, &[(chair, 2)]).await }
        });
        for answer in futures_util::future::join_all(attempts).await {
            answer.payload("reserve");
        }
        assert_eq!(shop.stock(&chair).await, [8, 10, 2], "{}", shop.name);
        let ends = (0..6).map(|n| {
            let shop = &shop;
            async move { if n % 2 == 0 { consume(shop, 1).await } else { release(shop, 1, 1).await } }
        });
        futures_util::future::join_all(ends).await;
        let stock = shop.stock(&chair).await;
        assert!(stock == [8, 8, 0] || stock == [10, 10, 0], "{}: {stock:?}", shop.name);
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_oversell() {
    use sea_orm::ConnectionTrait as _;
    for shop in shops().await {
        shop.add("Chair", "1.00", 1).await;
        for sql in ["UPDATE stock SET reserved = 2", "UPDATE stock SET reserved = -1", "UPDATE stock SET on_hand = -1"]
        {
            assert!(shop.database.connection().execute_unprepared(sql).await.is_err(), "{}: {sql}", shop.name);
        }
    }
}

#[tokio::test]
async fn what_was_consumed_for_no_sale_goes_back_on_the_shelf_and_is_held() {
    for shop in shops().await {
        let (chair, table) = (shop.add("Chair", "10.00", 5).await, shop.add("Table", "99.90", 5).await);
        reserve(&shop, 1, 1, &[(&chair, 2), (&table, 1)]).await.payload("reserve");
        consume(&shop, 1).await.payload("consume");
        assert_eq!((shop.stock(&chair).await, shop.stock(&table).await), ([3, 3, 0], [4, 4, 0]), "{}", shop.name);
        for _ in 0..2 {
            let input = json!({"orderId": order(1)});
            let undone = mutate(&shop.orders, "undoConsume", "reservation { state attempt }", input).await;
            assert_eq!(undone.payload("undoConsume")["reservation"], json!({"state": "HELD", "attempt": 1}));
            assert_eq!((shop.stock(&chair).await, shop.stock(&table).await), ([3, 5, 2], [4, 5, 1]), "{}", shop.name);
        }
        release(&shop, 1, 1).await.payload("release");
        let released = mutate(&shop.orders, "undoConsume", "reservation { state }", json!({"orderId": order(1)})).await;
        assert_eq!(released.payload("undoConsume")["reservation"]["state"], "RELEASED", "{}", shop.name);
        assert_eq!((shop.stock(&chair).await, shop.stock(&table).await), ([5, 5, 0], [5, 5, 0]), "{}", shop.name);
        let unknown = mutate(&shop.orders, "undoConsume", "reservation { state }", json!({"orderId": order(9)})).await;
        refused(&unknown, "undoConsume", "NOT_FOUND", "input.orderId");
    }
}

#[tokio::test]
async fn orders_reads_what_it_holds_in_pages() {
    const PAGE: &str = "query($orderIds: [ID!], $states: [ReservationState!], $expiredBefore: DateTime, $after: ID, \
        $first: Int!) { reservations(orderIds: $orderIds, states: $states, expiredBefore: $expiredBefore, after: $after, \
        first: $first) { orderId state attempt expiresAt lines { quantity } } }";
    for shop in shops().await {
        let chair = shop.add("Chair", "10.00", 50).await;
        for number in 1..=5 {
            reserve(&shop, number, 1, &[(&chair, i64::from(number))]).await.payload("reserve");
        }
        consume(&shop, 2).await.payload("consume");
        release(&shop, 4, 1).await.payload("release");
        let page = async |variables: Value| -> Vec<String> {
            let answer = shop.orders.send(PAGE, variables).await;
            let found = answer.data()["reservations"].as_array().unwrap();
            found.iter().map(|found| found["orderId"].as_str().unwrap().to_owned()).collect()
        };
        let (mut after, mut all) = (Value::Null, Vec::new());
        loop {
            let found = page(json!({"after": after, "first": 2})).await;
            assert!(found.len() <= 2, "{}", shop.name);
            let Some(last) = found.last() else { break };
            after = json!(last);
            all.extend(found);
        }
        assert_eq!(all, (1..=5).map(order).collect::<Vec<_>>(), "{}", shop.name);
        let held = page(json!({"first": 500, "states": ["HELD"]})).await;
        assert_eq!(held, [1, 3, 5].map(order), "{}", shop.name);
        let some = page(json!({"first": 500, "orderIds": [order(4), order(2), order(99)]})).await;
        assert_eq!(some, [2, 4].map(order), "{}", shop.name);
        assert_eq!(page(json!({"first": 9, "expiredBefore": "2027-01-15T09:00:00Z"})).await, [""; 0]);
        assert_eq!(page(json!({"first": 9, "expiredBefore": "2027-01-15T09:00:01Z"})).await.len(), 5);
        for wrong in [json!({"first": 0}), json!({"first": 501}), json!({"first": 1, "orderIds": ["prd_1"]})] {
            assert_eq!(shop.orders.send(PAGE, wrong).await.codes(), ["BAD_USER_INPUT"], "{}", shop.name);
        }
    }
}
