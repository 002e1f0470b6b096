//! `placeOrder`: what is ordered, what is refused, and what a key is good for.

use std::sync::atomic::Ordering;

use orders::Settings;
use serde_json::{Value, json};

use crate::world::*;

#[tokio::test]
async fn an_order_freezes_what_products_said() {
    for world in worlds().await {
        let answer = place(&world.ada(), wish(&[(LAMP, 2), (CHAIR, 1), (LAMP, 1)], &key())).await;
        let payload = answer.payload("placeOrder");
        let order = &payload["order"];
        assert_eq!(payload["replayed"], false);
        assert_eq!(order["status"], "AWAITING_PAYMENT");
        assert_eq!(order["total"], json!({"amount": "137.40", "currencyCode": "EUR"}), "{}", world.kind);
        assert_eq!(
            order["items"],
            json!([
                {"title": "Lamp", "quantity": 3, "unitPrice": {"amount": "12.50", "currencyCode": "EUR"},
                    "lineTotal": {"amount": "37.50"}, "product": {"id": LAMP}},
                {"title": "Chair", "quantity": 1, "unitPrice": {"amount": "99.90", "currencyCode": "EUR"},
                    "lineTotal": {"amount": "99.90"}, "product": {"id": CHAIR}},
            ])
        );
        assert_eq!(order["shippingAddress"]["city"], "Venezia");
        assert_eq!(order["customer"]["id"], "usr_00000000000000000000000000000ada");
        assert_eq!(order["expiresAt"], "2027-01-15T08:30:00+00:00");
        assert_eq!(order["number"].as_str().unwrap().len(), 11);
        let id = order["id"].as_str().unwrap();
        assert_eq!(world.story(id).await, ["PENDING", "AWAITING_PAYMENT"]);
        assert_eq!((world.products.state(id), world.products.stock(LAMP)), (Some("HELD"), (10, 3)));

        // What the shop says later changes nothing.
        world.products.books().stock.get_mut(LAMP).unwrap().price = "99.00";
        assert_eq!(world.see(id).await["total"]["amount"], "137.40");
    }
}

#[tokio::test]
async fn a_saved_address_is_asked_for_with_the_callers_own_token() {
    for world in worlds().await {
        let mut input = wish(&[(LAMP, 1)], &key());
        input["addressId"] = ADDRESS.into();
        input.as_object_mut().unwrap().remove("shippingAddress");
        let answer = place(&world.ada(), input.clone()).await;
        assert_eq!(answer.payload("placeOrder")["order"]["shippingAddress"]["postalCode"], "30125");

        let answer = place(&world.bob(), input.clone()).await;
        let error = only_error(&answer, "placeOrder");
        assert_eq!((&error["code"], &error["path"]), (&json!("ADDRESS_NOT_FOUND"), &json!(["input", "addressId"])));

        world.users.line.down.store(true, Ordering::SeqCst);
        input["idempotencyKey"] = key().into();
        let answer = place(&world.ada(), input.clone()).await;
        assert_eq!(answer.codes(), ["UNAVAILABLE"]);
        world.users.line.down.store(false, Ordering::SeqCst);
        assert_eq!(place(&world.ada(), input).await.payload("placeOrder")["replayed"], false);
    }
}

#[tokio::test]
async fn what_is_short_is_said_in_the_customers_terms_and_leaves_no_trace() {
    for world in worlds().await {
        let input = wish(&[(LAMP, 1), (CHAIR, 2), (LAMP, 1), (CHAIR, 2)], &key());
        let answer = place(&world.ada(), input.clone()).await;
        let error = only_error(&answer, "placeOrder");
        assert_eq!(error["__typename"], "StockError");
        assert_eq!(error["code"], "INSUFFICIENT_STOCK");
        assert_eq!(error["path"], json!(["input", "items", "1", "quantity"]));
        assert_eq!(
            (&error["productId"], &error["requested"], &error["available"]),
            (&json!(CHAIR), &json!(4), &json!(3))
        );

        let orders = world.admin().send("{ orders { totalCount nodes { id } } }", Value::Null).await;
        assert_eq!(orders.data()["orders"], json!({"totalCount": 0, "nodes": []}));
        assert_eq!(world.products.stock(LAMP), (10, 0));

        // The key is free: for the same wish, and for another.
        world.products.books().stock.get_mut(CHAIR).unwrap().on_hand = 4;
        let answer = place(&world.ada(), input).await;
        assert_eq!(answer.payload("placeOrder")["replayed"], false, "{}", world.kind);
    }
}

#[tokio::test]
async fn the_key_of_a_rejected_order_may_be_used_for_another_wish() {
    for world in worlds().await {
        let key = key();
        let answer = place(&world.ada(), wish(&[(LAMP, 1), (GONE, 1)], &key)).await;
        let error = only_error(&answer, "placeOrder");
        assert_eq!(
            (&error["code"], &error["path"]),
            (&json!("PRODUCT_NOT_FOUND"), &json!(["input", "items", "1", "productId"]))
        );
        assert_eq!(place(&world.ada(), wish(&[(LAMP, 1)], &key)).await.payload("placeOrder")["replayed"], false);
    }
}

#[tokio::test]
async fn an_expected_total_is_insisted_on() {
    for world in worlds().await {
        let mut input = wish(&[(LAMP, 2)], &key());
        input["expectedTotal"] = json!({"amount": "20.00", "currencyCode": "EUR"});
        let answer = place(&world.ada(), input.clone()).await;
        let error = only_error(&answer, "placeOrder");
        assert_eq!((&error["code"], &error["path"]), (&json!("TOTAL_CHANGED"), &json!(["input", "expectedTotal"])));
        let present = &answer.data()["placeOrder"]["presentTotal"];
        assert_eq!(present, &json!({"amount": "25.00", "currencyCode": "EUR"}));
        assert_eq!(world.products.stock(LAMP), (10, 0), "what was held is free again");

        input["expectedTotal"] = present.clone();
        let answer = place(&world.ada(), input).await;
        assert_eq!(answer.payload("placeOrder")["order"]["total"]["amount"], "25.00");
    }
}

#[tokio::test]
async fn a_total_that_cannot_be_represented_is_refused() {
    let settings = Settings { max_open_units: 0, ..Settings::default() };
    for world in worlds_where(&settings, || None).await {
        let answer = place(&world.ada(), wish(&[(DEAR, 9999)], &key())).await;
        assert_eq!(only_error(&answer, "placeOrder")["code"], "TOTAL_TOO_LARGE");
        assert_eq!(world.products.stock(DEAR), (9999, 0));
    }
}

#[tokio::test]
async fn the_same_key_is_the_same_order_and_another_input_is_refused() {
    for world in worlds().await {
        let key = key();
        let first = place(&world.ada(), wish(&[(LAMP, 1)], &key)).await;
        let again = place(&world.ada(), wish(&[(LAMP, 1)], &key)).await;
        assert_eq!(again.payload("placeOrder")["replayed"], true);
        assert_eq!(first.data()["placeOrder"]["order"], again.data()["placeOrder"]["order"]);
        assert_eq!(world.products.count("reserve"), 1);

        let other = place(&world.ada(), wish(&[(LAMP, 2)], &key)).await;
        let error = only_error(&other, "placeOrder");
        assert_eq!(error["__typename"], "IdempotencyError");
        assert_eq!(
            (&error["code"], &error["path"]),
            (&json!("IDEMPOTENCY_KEY_MISMATCH"), &json!(["input", "idempotencyKey"]))
        );

        // Somebody else's key of the same name is another key.
        assert_eq!(place(&world.bob(), wish(&[(LAMP, 1)], &key)).await.payload("placeOrder")["replayed"], false);
    }
}

#[tokio::test]
async fn the_same_key_at_once_is_one_order() {
    for world in worlds().await {
        let (key, ada) = (key(), world.ada());
        let answers = futures_util::future::join_all((0..8).map(|_| place(&ada, wish(&[(LAMP, 1)], &key)))).await;
        let ids: Vec<_> = answers.iter().map(|answer| &answer.payload("placeOrder")["order"]["id"]).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{}: {ids:?}", world.kind);
        let fresh = answers.iter().filter(|answer| answer.data()["placeOrder"]["replayed"] == false).count();
        assert_eq!((fresh, world.products.stock(LAMP)), (1, (10, 1)), "{}", world.kind);
        assert_eq!(world.story(ids[0].as_str().unwrap()).await, ["PENDING", "AWAITING_PAYMENT"]);
    }
}

#[tokio::test]
async fn while_products_is_down_an_order_waits_and_its_key_takes_it_up_again() {
    for world in worlds().await {
        let input = wish(&[(LAMP, 1)], &key());
        world.products_down(true);
        for _ in 0..2 {
            let answer = place(&world.ada(), input.clone()).await;
            assert_eq!(answer.codes(), ["UNAVAILABLE"]);
            assert!(answer.body["errors"][0]["extensions"]["requestId"].is_string());
        }
        let query = "{ orders { nodes { id status total { amount } items { title quantity } } } }";
        let waiting = world.ada().send(query, Value::Null).await;
        let waiting = &waiting.data()["orders"]["nodes"];
        assert_eq!(waiting.as_array().unwrap().len(), 1);
        assert_eq!((&waiting[0]["status"], &waiting[0]["total"]), (&json!("PENDING"), &Value::Null));

        world.products_down(false);
        let answer = place(&world.ada(), input).await;
        let payload = answer.payload("placeOrder");
        assert_eq!((&payload["replayed"], &payload["order"]["id"]), (&json!(true), &waiting[0]["id"]));
        assert_eq!(payload["order"]["status"], "AWAITING_PAYMENT");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again() {
    for world in worlds().await {
        let input = wish(&[(LAMP, 1)], &key());
        world.products.line.deaf.store(true, Ordering::SeqCst);
        assert_eq!(place(&world.ada(), input.clone()).await.codes(), ["UNAVAILABLE"]);
        assert_eq!(world.products.stock(LAMP), (10, 1), "held, but we do not know");
        world.products.line.deaf.store(false, Ordering::SeqCst);
        assert_eq!(place(&world.ada(), input).await.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT");
        assert_eq!(world.products.stock(LAMP), (10, 1), "held once");
    }
}

#[tokio::test]
async fn those_who_are_asked_learn_what_is_left_of_the_time() {
    for world in worlds().await {
        let (users, products) = (&world.users.line, &world.products.line);
        let wish = || {
            let mut input = wish(&[(LAMP, 1)], &key());
            input["addressId"] = ADDRESS.into();
            input["shippingAddress"] = Value::Null;
            input
        };
        users.pause.store(30, Ordering::SeqCst);
        let hurried = world.ada().header("rialto-deadline-ms", "9000");
        let answer = place(&hurried, wish()).await;
        assert_eq!(answer.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT", "{}", world.kind);
        let told = |line: &crate::fakes::Line| *line.patience.lock().unwrap();
        let (first, second) = (told(users).unwrap(), told(products).unwrap());
        assert!(first <= 9000 && second <= first - 30 && second > 1000, "{first} {second}");

        place(&world.ada(), wish()).await.payload("placeOrder");
        let (first, second) = (told(users).unwrap(), told(products).unwrap());
        assert!(first <= 30_000 && second <= first - 30, "a request without a deadline has 30 s: {first} {second}");

        products.pause.store(60_000, Ordering::SeqCst);
        let hurried = world.ada().header("rialto-deadline-ms", "300");
        let began = std::time::Instant::now();
        let answer = place(&hurried, wish()).await;
        assert_eq!((answer.status.as_u16(), answer.codes()), (504, vec!["TIMEOUT"]));
        assert!(began.elapsed().as_secs() < 10, "nobody waits for what comes too late");
    }
}
