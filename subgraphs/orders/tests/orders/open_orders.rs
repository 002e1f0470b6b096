//! What one account may hold without paying for it.

use futures_util::future::join_all;
use kit::testing::Answer;
use orders::{Settings, worker::expire_due};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::world::*;

/// Worlds in which there is always enough of everything.
async fn plenty(settings: Settings) -> Vec<World> {
    let worlds = worlds_where(&settings, || None).await;
    for world in &worlds {
        world.products.books().stock.values_mut().for_each(|stock| stock.on_hand = 1_000_000);
    }
    worlds
}

/// The order's id, or the code of the only user error.
fn outcome(answer: &Answer) -> Result<String, String> {
    let payload = &answer.data()["placeOrder"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    if payload["order"].is_null() {
        Err(text(&only_error(answer, "placeOrder")["code"]))
    } else {
        Ok(text(&payload["order"]["id"]))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_orders_at_once_as_many_are_placed_as_one_account_may_hold() {
    for world in plenty(Settings::default()).await {
        let ada = world.ada();
        let answers = join_all((0..32).map(|_| place(&ada, wish(&[(LAMP, 1)], &key())))).await;
        let outcomes: Vec<_> = answers.iter().map(outcome).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20, "{}: {outcomes:?}", world.kind);
        let too_many = Err("TOO_MANY_OPEN_ORDERS".to_owned());
        assert!(outcomes.iter().all(|outcome| outcome.is_ok() || *outcome == too_many), "{outcomes:?}");
        assert_eq!(world.products.stock(LAMP), (1_000_000, 20), "what is refused holds nothing");
        assert!(
            outcome(&place(&world.bob(), wish(&[(LAMP, 1)], &key())).await).is_ok(),
            "everybody has their own limit"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_counted_over_all_unpaid_orders() {
    for world in plenty(Settings::default()).await {
        let ada = world.ada();
        let answers = join_all((0..16).map(|_| place(&ada, wish(&[(LAMP, 50), (CHAIR, 50)], &key())))).await;
        assert_eq!(answers.iter().filter(|answer| outcome(answer).is_ok()).count(), 10, "{}", world.kind);
        assert_eq!((world.products.stock(LAMP).1, world.products.stock(CHAIR).1), (500, 500));
        let error = place(&ada, wish(&[(LAMP, 1)], &key())).await;
        let error = only_error(&error, "placeOrder");
        assert_eq!((&error["code"], &error["path"]), (&json!("TOO_MANY_OPEN_ORDERS"), &json!(["input", "items"])));
        let alone = place(&world.bob(), wish(&[(LAMP, 1001)], &key())).await;
        assert_eq!(outcome(&alone), Err("TOO_MANY_OPEN_ORDERS".into()), "one order is bounded, too");
    }
}

#[tokio::test]
async fn what_is_paid_cancelled_expired_or_rejected_is_not_open() {
    let settings = Settings { max_open_orders: 2, ..Settings::default() };
    for world in plenty(settings).await {
        let ada = world.ada();
        let next = async |key: &str| outcome(&place(&ada, wish(&[(LAMP, 1)], key)).await);
        let full = Err("TOO_MANY_OPEN_ORDERS".to_owned());
        let (first, second) = (next("key-number-1").await.unwrap(), next("key-number-2").await.unwrap());
        assert_eq!(next("key-number-3").await, full, "{}", world.kind);
        assert_eq!(next("key-number-1").await.unwrap(), first, "the same key is the same order, not one more");

        pay(&ada, &first, "tok_declined", &key()).await.payload("payOrder");
        assert_eq!(next("key-number-3").await, full, "a declined payment holds the stock");
        pay(&ada, &first, "tok_success", &key()).await.payload("payOrder");
        assert!(next("key-number-3").await.is_ok(), "a refusal does not use the key up");
        cancel(&ada, &second, &key()).await.payload("cancelOrder");
        assert!(next("key-number-4").await.is_ok());
        assert_eq!(next("key-number-5").await, full);
        assert_eq!(outcome(&place(&world.bob(), wish(&[(GONE, 1)], &key())).await), Err("PRODUCT_NOT_FOUND".into()));

        world.wait();
        assert!(next("key-number-5").await.is_ok(), "what is overdue is expired, whether the worker has run or not");
        assert_eq!(expire_due(&world.shop).await.unwrap(), 2);
        assert!(next("key-number-6").await.is_ok());
        world.products_down(true);
        assert_eq!(next("key-number-7").await, full);
        let waiting = place(&world.bob(), wish(&[(LAMP, 1)], &key())).await;
        assert_eq!(waiting.codes(), ["UNAVAILABLE"], "PENDING, and maybe held");
        let waiting = place(&world.bob(), wish(&[(LAMP, 1)], &key())).await;
        assert_eq!(waiting.codes(), ["UNAVAILABLE"]);
        assert_eq!(outcome(&place(&world.bob(), wish(&[(LAMP, 1)], &key())).await), full);
    }
}

#[tokio::test]
async fn a_limit_of_0_is_none() {
    let settings = Settings { max_open_orders: 0, max_open_units: 0, ..Settings::default() };
    for world in plenty(settings).await {
        for _ in 0..25 {
            world.order(&[(LAMP, 100)]).await;
        }
    }
}

#[tokio::test]
async fn the_index_serves_what_is_asked_about_one_customer() {
    for world in plenty(Settings::default()).await {
        if world.kind != "sqlite" {
            continue;
        }
        let count = "SELECT COUNT(DISTINCT orders.id) FROM orders LEFT JOIN order_items ON order_items.order_id = orders.id \
            WHERE orders.customer_id = ? AND orders.status IN ('PENDING', 'AWAITING_PAYMENT', 'PAYMENT_FAILED') \
            AND (orders.expires_at IS NULL OR orders.expires_at > ?)";
        let updated = "SELECT * FROM orders WHERE status <> ? ORDER BY updated_at DESC, id DESC LIMIT 11";
        let own = "SELECT * FROM orders WHERE status <> ? AND customer_id = ? ORDER BY updated_at, id LIMIT 11";
        for (query, index) in
            [(count, "orders_open_of_customer"), (updated, "orders_by_update"), (own, "orders_of_customer_by_update")]
        {
            let plan =
                sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {query}"));
            let rows = world.test.database.connection().query_all_raw(plan).await.unwrap();
            let steps: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
            assert!(steps.iter().any(|step| step.contains(index)), "{query}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY")), "{query}: {steps:?}");
        }
    }
}
