//! What an order says can be done with it, against the mutations that do it; and what moves while a payment is in doubt.

use std::sync::Arc;

use chrono::TimeDelta;
use kit::testing::{Answer, TestClient};
use orders::{
    provider::{Charge, PaymentProvider},
    worker::reconcile,
};
use serde_json::{Value, json};

use crate::{fakes::Script, world::*};

const ACTIONS: [&str; 4] = ["PAY", "CANCEL", "REFUND", "FULFILL"];
const STATES: [&str; 10] = [
    "PENDING",
    "AWAITING_PAYMENT",
    "IN_DOUBT",
    "PAYMENT_FAILED",
    "FAILED_IN_DOUBT",
    "PAID",
    "FULFILLED",
    "CANCELLED",
    "EXPIRED",
    "REFUNDED",
];

/// Ada's order in this state.
async fn order_that_is(world: &World, state: &str) -> String {
    if state == "PENDING" {
        world.products_down(true);
        assert_eq!(place(&world.ada(), wish(&[(LAMP, 1)], &key())).await.codes(), ["UNAVAILABLE"]);
        world.products_down(false);
        let newest = "{ orders(first: 1, sort: {field: CREATED_AT, direction: DESC}) { nodes { id } } }";
        let answer = world.ada().send(newest, Value::Null).await;
        world.clock.advance(TimeDelta::milliseconds(1));
        return answer.data()["orders"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    }
    let order = world.order(&[(LAMP, 1)]).await;
    let tokens: &[&str] = match state {
        "IN_DOUBT" => &["tok_timeout"],
        "PAYMENT_FAILED" => &["tok_declined"],
        "FAILED_IN_DOUBT" => &["tok_declined", "tok_timeout"],
        "PAID" | "FULFILLED" | "REFUNDED" => &["tok_success"],
        _ => &[],
    };
    for token in tokens {
        pay(&world.ada(), &order, token, &key()).await.payload("payOrder");
    }
    match state {
        "FULFILLED" => _ = fulfill(&world.admin(), &order).await.payload("fulfillOrder"),
        "CANCELLED" => _ = cancel(&world.ada(), &order, &key()).await.payload("cancelOrder"),
        "REFUNDED" => _ = refund(&world.admin(), &order, &key()).await.payload("refundOrder"),
        "EXPIRED" => world.wait(),
        _ => {}
    }
    order
}

async fn try_to(client: &TestClient, action: &str, order: &str) -> Answer {
    match action {
        "PAY" => pay(client, order, "tok_success", &key()).await,
        "CANCEL" => cancel(client, order, &key()).await,
        "REFUND" => refund(client, order, &key()).await,
        _ => fulfill(client, order).await,
    }
}

async fn allowed(client: &TestClient, order: &str) -> Value {
    let query = "query($id: ID!) { order(id: $id) { allowedActions } }";
    client.send(query, json!({"id": order})).await.data()["order"]["allowedActions"].clone()
}

#[tokio::test]
async fn an_order_allows_exactly_what_the_mutations_accept() {
    let settings = orders::Settings { max_open_orders: 0, max_open_units: 0, ..orders::Settings::default() };
    for world in worlds_where(&settings, || None).await {
        world.products.books().stock.get_mut(LAMP).unwrap().on_hand = 10_000;
        // Ada as an administrator, too: she may do with her own order what either may.
        let everything = TestClient::new(&world.app).user(ADA, &["ADMIN"], &["orders:read", "orders:write"]);
        let reader = TestClient::new(&world.app).user(ADMIN, &["SUPPORT"], &["orders:read"]);
        let viewers =
            [("ada", world.ada()), ("admin", world.admin()), ("ada as admin", everything), ("reader", reader)];
        let mut counts = [0; 4];
        for state in STATES {
            for (who, viewer) in &viewers {
                for (index, action) in ACTIONS.into_iter().enumerate() {
                    let order = order_that_is(&world, state).await;
                    let says = allowed(viewer, &order).await;
                    let says = says.as_array().unwrap().contains(&json!(action));
                    let answer = try_to(viewer, action, &order).await;
                    let payload = answer.body["data"].as_object().and_then(|data| data.values().next().cloned());
                    let done = payload.is_some_and(|payload| payload["userErrors"] == json!([]));
                    assert_eq!(says, done, "{}: {who} {action} {state}: {:#}", world.kind, answer.body);
                    counts[index] += usize::from(done);
                }
            }
        }
        assert_eq!(counts, [4, 15, 4, 2], "paid, cancelled, refunded, fulfilled");
        let strange = order_that_is(&world, "PAID").await;
        let query = "query($id: ID!) { order(id: $id) { allowedActions } }";
        assert_eq!(world.bob().send(query, json!({"id": strange})).await.data()["order"], Value::Null);
    }
}

const DOUBT: &str = "query($id: ID!) { order(id: $id) { version updatedAt status paymentPending \
    payments { status nextCheckAt failureCode } timeline { status cause } } }";

async fn look(world: &World, order: &str) -> Value {
    world.ada().send(DOUBT, json!({"id": order})).await.data()["order"].clone()
}

fn causes(order: &Value) -> Vec<&str> {
    order["timeline"].as_array().unwrap().iter().map(|row| row["cause"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_order_moves_when_its_payment_is_in_doubt_and_when_the_doubt_is_over() {
    let declined = Charge::Declined { code: "do_not_honour".into() };
    let provider = || Some(Script::says(Charge::Unknown, Charge::Unknown) as Arc<dyn PaymentProvider>);
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let order = world.order(&[(LAMP, 1)]).await;
        let before = look(&world, &order).await;
        assert_eq!((&before["paymentPending"], &before["payments"]), (&json!(false), &json!([])));
        let key = key();
        world.clock.advance(TimeDelta::seconds(5));
        pay(&world.ada(), &order, "any", &key).await.payload("payOrder");
        pay(&world.ada(), &order, "any", &key).await.payload("payOrder");
        let doubt = look(&world, &order).await;
        assert_eq!((&doubt["paymentPending"], &doubt["status"]), (&json!(true), &json!("AWAITING_PAYMENT")));
        assert_eq!(doubt["version"].as_i64(), before["version"].as_i64().map(|version| version + 1), "once");
        assert!(doubt["updatedAt"].as_str() > before["updatedAt"].as_str(), "{doubt:#}");
        assert_eq!(causes(&doubt), ["PLACED", "GOODS_RESERVED", "PAYMENT_IN_DOUBT"]);
        let at = |order: &Value| {
            let at = order["payments"][0]["nextCheckAt"].as_str().unwrap();
            chrono::DateTime::parse_from_rfc3339(at).unwrap().to_utc()
        };
        assert_eq!(at(&doubt), world.clock.now() + TimeDelta::minutes(1), "{}", world.kind);
        world.clock.advance(TimeDelta::minutes(1));
        reconcile(&world.shop).await.unwrap();
        let later = look(&world, &order).await;
        assert!(at(&later) > world.clock.now(), "the provider is asked again: {later:#}");
        assert_eq!(later["version"], doubt["version"], "nothing new");
        let refused = pay(&world.ada(), &order, "any", &crate::world::key()).await;
        let error = only_error(&refused, "payOrder");
        assert_eq!(error["__typename"], "PaymentStateError", "{number}");
        assert_eq!(
            (&error["paymentStatus"], &error["allowedPaymentStatuses"]),
            (&json!("PENDING"), &json!(["FAILED"]))
        );
    }
    let provider = || Some(Script::says(Charge::Unknown, declined.clone()) as Arc<dyn PaymentProvider>);
    for world in worlds_with(provider).await {
        let order = world.order(&[(LAMP, 1)]).await;
        // The second decline changes no status, but whoever polls must see that the doubt is over.
        for _ in 0..2 {
            pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
            let doubt = look(&world, &order).await;
            world.clock.advance(TimeDelta::minutes(1));
            assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
            let known = look(&world, &order).await;
            assert_eq!((&known["paymentPending"], &known["status"]), (&json!(false), &json!("PAYMENT_FAILED")));
            assert_eq!(known["version"].as_i64(), doubt["version"].as_i64().map(|version| version + 1));
            let payments = known["payments"].as_array().unwrap();
            assert!(payments.iter().all(|payment| payment["nextCheckAt"].is_null()), "{known:#}");
            assert!(payments.iter().all(|payment| payment["failureCode"] == "DECLINED"), "{known:#}");
        }
        let expected = [
            "PLACED",
            "GOODS_RESERVED",
            "PAYMENT_IN_DOUBT",
            "PAYMENT_DECLINED",
            "PAYMENT_IN_DOUBT",
            "PAYMENT_DECLINED",
        ];
        assert_eq!(causes(&look(&world, &order).await), expected, "{}", world.kind);
    }
}

#[tokio::test]
async fn every_step_says_its_cause() {
    for world in worlds().await {
        for (state, expected) in [
            ("PAID", "PAYMENT_SUCCEEDED"),
            ("FULFILLED", "SHIPPED"),
            ("CANCELLED", "CANCELLED_BY_CUSTOMER"),
            ("EXPIRED", "NOT_PAID_IN_TIME"),
            ("REFUNDED", "REFUNDED_BY_ADMINISTRATOR"),
            ("PAYMENT_FAILED", "PAYMENT_DECLINED"),
        ] {
            let order = order_that_is(&world, state).await;
            assert_eq!(causes(&look(&world, &order).await).last(), Some(&expected), "{} {state}", world.kind);
        }
        let order = world.order(&[(LAMP, 1)]).await;
        cancel(&world.admin(), &order, &key()).await.payload("cancelOrder");
        assert_eq!(causes(&look(&world, &order).await).last(), Some(&"CANCELLED_BY_ADMINISTRATOR"));
    }
}
