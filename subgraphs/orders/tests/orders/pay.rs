//! `payOrder`: money is taken once, or not at all.

use std::sync::{Arc, atomic::Ordering};

use chrono::TimeDelta;
use futures_util::future::join_all;
use orders::{provider::Charge, worker::reconcile};
use serde_json::json;

use crate::{fakes::Script, world::*};

#[tokio::test]
async fn a_success_sells_what_was_held() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 2)]).await;
        let answer = pay(&world.ada(), &order, "tok_success", &key()).await;
        let payload = answer.payload("payOrder");
        assert_eq!((&payload["order"]["status"], &payload["replayed"]), (&json!("PAID"), &json!(false)));
        assert_eq!(payload["payment"]["status"], "SUCCEEDED");
        assert_eq!(payload["payment"]["amount"], json!({"amount": "25.00", "currencyCode": "EUR"}));
        assert_eq!(payload["order"]["payments"][0]["id"], payload["payment"]["id"]);
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "PAID"]);
        assert_eq!((world.products.state(&order), world.products.stock(LAMP)), (Some("CONSUMED"), (8, 0)));

        let answer = pay(&world.ada(), &order, "tok_success", &key()).await;
        let error = only_error(&answer, "payOrder");
        assert_eq!((&error["__typename"], &error["code"]), (&json!("StateError"), &json!("INVALID_STATE")));
        assert_eq!(error["from"], "PAID");
        assert_eq!(error["allowed"], json!(["AWAITING_PAYMENT", "PAYMENT_FAILED"]));
    }
}

#[tokio::test]
async fn a_decline_is_an_answer_and_may_be_followed_by_a_success() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        for (token, code) in [("tok_declined", "CARD_DECLINED"), ("tok_unheard_of", "INVALID_TOKEN")] {
            let answer = pay(&world.ada(), &order, token, &key()).await;
            let payload = answer.payload("payOrder");
            assert_eq!(payload["order"]["status"], "PAYMENT_FAILED");
            assert_eq!(
                (&payload["payment"]["status"], &payload["payment"]["failureCode"]),
                (&json!("FAILED"), &json!(code))
            );
            world.clock.advance(TimeDelta::seconds(1));
        }
        assert_eq!(world.products.stock(LAMP), (10, 1), "still held");
        pay(&world.ada(), &order, "tok_success", &key()).await.payload("payOrder");
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "PAYMENT_FAILED", "PAID"]);
        assert_eq!(world.payments(&order).await, ["FAILED", "FAILED", "SUCCEEDED"]);
    }
}

#[tokio::test]
async fn while_nobody_knows_nobody_may_pay_again_and_asking_clears_it_up() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let answer = pay(&world.ada(), &order, "tok_timeout", &key()).await;
        let payload = answer.payload("payOrder");
        assert_eq!(
            (&payload["payment"]["status"], &payload["order"]["status"]),
            (&json!("PENDING"), &json!("AWAITING_PAYMENT"))
        );

        let answer = pay(&world.ada(), &order, "tok_success", &key()).await;
        let error = only_error(&answer, "payOrder");
        assert_eq!((&error["__typename"], &error["paymentStatus"]), (&json!("PaymentStateError"), &json!("PENDING")));

        assert_eq!(reconcile(&world.shop).await.unwrap(), 0, "too early to ask");
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("PAID", vec!["SUCCEEDED".to_owned()])
        );
        assert_eq!(reconcile(&world.shop).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_charge_that_never_arrived_fails_and_the_order_can_be_paid() {
    let declined = Charge::Declined { code: "NOT_RECEIVED".into() };
    for world in worlds_with(|| Some(Script::says(Charge::Unknown, declined.clone()))).await {
        let order = world.order(&[(LAMP, 1)]).await;
        pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
        world.clock.advance(TimeDelta::minutes(2));
        reconcile(&world.shop).await.unwrap();
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("PAYMENT_FAILED", vec!["FAILED".to_owned()])
        );
        let answer = pay(&world.ada(), &order, "any", &key()).await;
        assert_eq!(answer.payload("payOrder")["payment"]["status"], "PENDING");
    }
}

#[tokio::test]
async fn the_same_key_is_the_same_attempt() {
    for world in worlds().await {
        let (order, key) = (world.order(&[(LAMP, 1)]).await, key());
        let first = pay(&world.ada(), &order, "tok_declined", &key).await;
        let again = pay(&world.ada(), &order, "tok_declined", &key).await;
        assert_eq!(again.payload("payOrder")["replayed"], true);
        assert_eq!(first.data()["payOrder"]["payment"], again.data()["payOrder"]["payment"]);
        let other = pay(&world.ada(), &order, "tok_success", &key).await;
        assert_eq!(only_error(&other, "payOrder")["code"], "IDEMPOTENCY_KEY_MISMATCH");
        assert_eq!(world.payments(&order).await, ["FAILED"]);

        // A replay answers with the present state, whatever it has become.
        pay(&world.ada(), &order, "tok_success", "another-key").await.payload("payOrder");
        let again = pay(&world.ada(), &order, "tok_declined", &key).await;
        let payload = again.payload("payOrder");
        assert_eq!((&payload["payment"]["status"], &payload["order"]["status"]), (&json!("FAILED"), &json!("PAID")));
    }
}

#[tokio::test]
async fn a_refused_attempt_does_not_use_its_key_up() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        pay(&world.ada(), &order, "tok_timeout", &key()).await.payload("payOrder");
        let key = key();
        assert_eq!(
            only_error(&pay(&world.ada(), &order, "tok_success", &key).await, "payOrder")["code"],
            "INVALID_STATE"
        );
        let other = world.order(&[(LAMP, 1)]).await;
        assert_eq!(pay(&world.ada(), &other, "tok_success", &key).await.payload("payOrder")["order"]["status"], "PAID");
    }
}

#[tokio::test]
async fn of_many_attempts_at_once_one_charges() {
    let scripts = std::sync::Mutex::new(Vec::new());
    let provider = || {
        let script = Script::says(Charge::Succeeded, Charge::Unknown);
        scripts.lock().unwrap().push(script.clone());
        Some(script as Arc<dyn orders::provider::PaymentProvider>)
    };
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let (order, ada) = (world.order(&[(LAMP, 1)]).await, world.ada());
        let keys: Vec<_> = (0..8).map(|_| key()).collect();
        let answers = join_all(keys.iter().map(|key| pay(&ada, &order, "any", key))).await;
        let paid = answers.iter().filter(|answer| answer.data()["payOrder"]["userErrors"] == json!([])).count();
        for answer in answers.iter().filter(|answer| answer.data()["payOrder"]["userErrors"] != json!([])) {
            let error = only_error(answer, "payOrder");
            assert!(matches!(error["__typename"].as_str(), Some("StateError" | "PaymentStateError")), "{error}");
        }
        let charges = scripts.lock().unwrap()[number].charges.load(Ordering::SeqCst);
        assert_eq!((paid, charges), (1, 1), "{}", world.kind);
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("PAID", vec!["SUCCEEDED".to_owned()])
        );
    }
}

#[tokio::test]
async fn an_order_whose_time_is_up_cannot_be_paid_even_before_anybody_writes_it_down() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.wait();
        let answer = pay(&world.ada(), &order, "tok_success", &key()).await;
        assert_eq!(only_error(&answer, "payOrder")["from"], "EXPIRED");
        assert_eq!(world.payments(&order).await, Vec::<String>::new());
    }
}
