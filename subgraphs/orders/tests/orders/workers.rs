//! What closes gaps: the outbox and the reconciler.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use kit::server::Background;
use orders::{
    provider::{Charge, PaymentProvider},
    worker::{deliver_outbox, reconcile, spawn},
};

use crate::{fakes::Script, world::*};

#[tokio::test]
async fn a_sale_is_told_until_products_has_heard_it_with_growing_pauses() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.products_down(true);
        let answer = pay(&world.ada(), &order, "tok_success", &key()).await;
        assert_eq!(answer.payload("payOrder")["order"]["status"], "PAID", "paying does not need products");

        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 0, "not due: it was tried just now");
        world.clock.advance(TimeDelta::seconds(1));
        deliver_outbox(&world.shop).await.unwrap();
        world.products_down(false);
        world.clock.advance(TimeDelta::milliseconds(900));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 0, "the second pause is longer");
        world.clock.advance(TimeDelta::milliseconds(1100));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!(world.products.stock(LAMP), (9, 0));
        world.clock.advance(TimeDelta::days(1));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 0, "said once");
    }
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_repeated_without_harm() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.products.line.deaf.store(true, Ordering::SeqCst);
        pay(&world.ada(), &order, "tok_success", &key()).await.payload("payOrder");
        world.products.line.deaf.store(false, Ordering::SeqCst);
        world.clock.advance(TimeDelta::seconds(5));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!((world.products.count("consume"), world.products.stock(LAMP)), (2, (9, 0)));
    }
}

#[tokio::test]
async fn a_refund_is_asked_for_until_the_provider_confirms() {
    let scripts = Mutex::new(Vec::new());
    let provider = || {
        let script = Script::says(Charge::Succeeded, Charge::Unknown);
        scripts.lock().unwrap().push(script.clone());
        Some(script as Arc<dyn PaymentProvider>)
    };
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let script = scripts.lock().unwrap()[number].clone();
        let order = world.paid().await;
        script.down.store(true, Ordering::SeqCst);
        refund(&world.admin(), &order, &key()).await.payload("refundOrder");
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("REFUNDED", vec!["SUCCEEDED".to_owned()])
        );
        script.down.store(false, Ordering::SeqCst);
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!((world.payments(&order).await, script.refunded()), (vec!["REFUNDED".to_owned()], 1));
    }
}

#[tokio::test]
async fn an_order_that_nobody_came_back_to_is_given_up_and_its_key_is_free() {
    for world in worlds().await {
        let input = wish(&[(LAMP, 1)], &key());
        world.products.line.deaf.store(true, Ordering::SeqCst);
        assert_eq!(place(&world.ada(), input.clone()).await.codes(), ["UNAVAILABLE"]);
        world.products.line.deaf.store(false, Ordering::SeqCst);
        assert_eq!(reconcile(&world.shop).await.unwrap(), 0, "too early");
        assert_eq!(world.products.stock(LAMP), (10, 1));

        world.clock.advance(TimeDelta::minutes(3));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
        assert_eq!(world.products.stock(LAMP), (10, 0), "what nobody heard of is released");
        let orders = world.ada().send("{ orders { totalCount } }", serde_json::Value::Null).await;
        assert_eq!(orders.data()["orders"]["totalCount"], 0);

        let answer = place(&world.ada(), input).await;
        assert_eq!(answer.payload("placeOrder")["replayed"], false, "{}", world.kind);
        assert_eq!(world.products.stock(LAMP), (10, 1));
    }
}

#[tokio::test]
async fn a_reconciler_and_a_returning_customer_agree() {
    for world in worlds().await {
        let (input, ada) = (wish(&[(LAMP, 1)], &key()), world.ada());
        world.products_down(true);
        assert_eq!(place(&ada, input.clone()).await.codes(), ["UNAVAILABLE"]);
        world.products_down(false);
        world.clock.advance(TimeDelta::minutes(3));
        let (answer, round) = tokio::join!(place(&ada, input.clone()), reconcile(&world.shop));
        round.unwrap();
        // Whoever was first, the customer has one order, and exactly its stock is held.
        let order = &answer.payload("placeOrder")["order"];
        assert_eq!(order["status"], "AWAITING_PAYMENT", "{}", world.kind);
        world.clock.advance(TimeDelta::minutes(3));
        deliver_outbox(&world.shop).await.unwrap();
        assert_eq!(world.products.stock(LAMP), (10, 1), "{}", world.kind);
    }
}

#[tokio::test]
async fn the_workers_run_by_themselves_and_end_when_told() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        let mut background = Background::none();
        spawn(&mut background, &world.shop, Duration::from_millis(10));
        world.wait();
        for _ in 0..500 {
            if world.status(&order).await == "EXPIRED" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(world.status(&order).await, "EXPIRED");
        background.shutdown().await;
    }
}
