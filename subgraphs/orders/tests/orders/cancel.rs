//! Giving orders up, giving money back, and sending goods off.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use orders::{
    provider::{Charge, PaymentProvider},
    worker::{deliver_outbox, reconcile},
};
use serde_json::json;

use crate::{fakes::Script, world::*};

#[tokio::test]
async fn a_cancelled_order_frees_its_stock_at_once_and_for_good() {
    for world in worlds().await {
        let (order, key) = (world.order(&[(LAMP, 2)]).await, key());
        let answer = cancel(&world.ada(), &order, &key).await;
        assert_eq!(answer.payload("cancelOrder")["order"]["status"], "CANCELLED");
        assert_eq!((world.products.state(&order), world.products.stock(LAMP)), (Some("RELEASED"), (10, 0)));
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "CANCELLED"]);

        let again = cancel(&world.ada(), &order, &key).await;
        assert_eq!(again.payload("cancelOrder")["replayed"], true);
        let error = cancel(&world.ada(), &order, "another-key").await;
        assert_eq!(only_error(&error, "cancelOrder")["from"], "CANCELLED");
        let error = pay(&world.ada(), &order, "tok_success", "another-key").await;
        assert_eq!(only_error(&error, "payOrder")["from"], "CANCELLED");
        let other = world.order(&[(LAMP, 2)]).await;
        let error = cancel(&world.ada(), &other, &key).await;
        assert_eq!(only_error(&error, "cancelOrder")["code"], "IDEMPOTENCY_KEY_MISMATCH");
    }
}

#[tokio::test]
async fn an_order_that_waits_for_products_can_be_given_up() {
    for world in worlds().await {
        world.products_down(true);
        let input = wish(&[(LAMP, 1)], &key());
        assert_eq!(place(&world.ada(), input.clone()).await.codes(), ["UNAVAILABLE"]);
        let orders = world.ada().send("{ orders { nodes { id } } }", json!({})).await;
        let order = orders.data()["orders"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        let answer = cancel(&world.ada(), &order, &key()).await;
        assert_eq!(answer.payload("cancelOrder")["order"]["status"], "CANCELLED");

        world.products_down(false);
        let again = place(&world.ada(), input).await;
        assert_eq!(again.payload("placeOrder")["order"]["status"], "CANCELLED", "the key stands for that order");
        world.clock.advance(TimeDelta::minutes(1));
        deliver_outbox(&world.shop).await.unwrap();
        assert_eq!((world.products.state(&order), world.products.stock(LAMP)), (Some("RELEASED"), (10, 0)));
    }
}

#[tokio::test]
async fn a_paid_order_is_not_cancelled_but_refunded_by_an_admin() {
    for world in worlds().await {
        let order = world.paid().await;
        let error = cancel(&world.ada(), &order, &key()).await;
        let error = only_error(&error, "cancelOrder");
        assert_eq!(
            (&error["from"], &error["allowed"]),
            (&json!("PAID"), &json!(["PENDING", "AWAITING_PAYMENT", "PAYMENT_FAILED"]))
        );

        let key = key();
        let answer = refund(&world.admin(), &order, &key).await;
        assert_eq!(answer.payload("refundOrder")["order"]["status"], "REFUNDED");
        assert_eq!(world.payments(&order).await, ["REFUNDED"]);
        assert_eq!(world.see(&order).await["timeline"][3]["reason"], "It did not fit.");
        assert_eq!(refund(&world.admin(), &order, &key).await.payload("refundOrder")["replayed"], true);
        let error = refund(&world.admin(), &order, "another-key").await;
        let error = only_error(&error, "refundOrder");
        assert_eq!((&error["from"], &error["allowed"]), (&json!("REFUNDED"), &json!(["PAID", "FULFILLED"])));
    }
}

#[tokio::test]
async fn only_what_is_paid_is_fulfilled_and_it_can_still_be_refunded() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let error = fulfill(&world.admin(), &order).await;
        assert_eq!(only_error(&error, "fulfillOrder")["allowed"], json!(["PAID"]));
        let error = refund(&world.admin(), &order, &key()).await;
        assert_eq!(only_error(&error, "refundOrder")["from"], "AWAITING_PAYMENT");

        let order = world.paid().await;
        let answer = fulfill(&world.admin(), &order).await;
        assert_eq!(answer.payload("fulfillOrder")["order"]["status"], "FULFILLED");
        assert_eq!(only_error(&fulfill(&world.admin(), &order).await, "fulfillOrder")["from"], "FULFILLED");
        refund(&world.admin(), &order, &key()).await.payload("refundOrder");
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "PAID", "FULFILLED", "REFUNDED"]);
    }
}

#[tokio::test]
async fn money_for_a_cancelled_order_goes_back() {
    let scripts = Mutex::new(Vec::new());
    let provider = || {
        let script = Script::says(Charge::Unknown, Charge::Succeeded);
        scripts.lock().unwrap().push(script.clone());
        Some(script as Arc<dyn PaymentProvider>)
    };
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let order = world.order(&[(LAMP, 1)]).await;
        pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
        cancel(&world.ada(), &order, &key()).await.payload("cancelOrder");
        world.clock.advance(TimeDelta::minutes(2));
        reconcile(&world.shop).await.unwrap();
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "CANCELLED", "REFUNDED"]);
        assert_eq!(world.payments(&order).await, ["REFUNDED"]);
        assert_eq!(scripts.lock().unwrap()[number].refunded(), 1);
        assert_eq!(world.products.stock(LAMP), (10, 0));
    }
}

#[tokio::test]
async fn an_admin_cancels_anybodys_unpaid_order_and_the_timeline_says_who_and_why() {
    for world in worlds().await {
        let last = async |order: &str| {
            let order = world.see(order).await;
            let timeline = order["timeline"].as_array().unwrap();
            timeline.last().unwrap()["reason"].as_str().unwrap().to_owned()
        };
        let (order, key) = (world.order(&[(LAMP, 2)]).await, key());
        let answer = cancel_because(&world.admin(), &order, " Sold at the counter. ", &key).await;
        assert_eq!(answer.payload("cancelOrder")["order"]["status"], "CANCELLED");
        assert_eq!(last(&order).await, "An administrator cancelled the order: Sold at the counter.");
        assert_eq!((world.products.state(&order), world.products.stock(LAMP)), (Some("RELEASED"), (10, 0)));
        let again = cancel_because(&world.admin(), &order, "Sold at the counter.", &key).await;
        assert_eq!(again.payload("cancelOrder")["replayed"], true);
        let other = cancel_because(&world.admin(), &order, "Another reason", &key).await;
        assert_eq!(only_error(&other, "cancelOrder")["code"], "IDEMPOTENCY_KEY_MISMATCH");

        let order = world.order(&[(LAMP, 1)]).await;
        pay(&world.ada(), &order, "tok_declined", "a-declined-payment").await.payload("payOrder");
        cancel(&world.admin(), &order, "another-key").await.payload("cancelOrder");
        assert_eq!(last(&order).await, "An administrator cancelled the order.");
        let order = world.order_of(ADMIN, &[(LAMP, 1)]).await;
        cancel(&world.admin(), &order, "their-own-key").await.payload("cancelOrder");
        assert_eq!(last(&order).await, "The customer cancelled the order.", "as everybody cancels their own");
        let order = world.order(&[(LAMP, 1)]).await;
        cancel_because(&world.ada(), &order, "Too dear", "adas-own-key").await.payload("cancelOrder");
        assert_eq!(last(&order).await, "The customer cancelled the order: Too dear");

        let paid = world.paid().await;
        let error = cancel(&world.admin(), &paid, "a-paid-order").await;
        assert_eq!(only_error(&error, "cancelOrder")["from"], "PAID");
        let long = cancel_because(&world.admin(), &paid, &"x".repeat(401), "a-long-reason").await;
        let error = only_error(&long, "cancelOrder");
        assert_eq!((&error["code"], &error["path"]), (&json!("TOO_LONG"), &json!(["input", "reason"])));
    }
}
