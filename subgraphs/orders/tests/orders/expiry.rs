//! Orders that are not paid in time, and money that comes after that.

use std::sync::{Arc, Mutex, atomic::Ordering};

use chrono::TimeDelta;
use orders::{
    provider::{Charge, PaymentProvider},
    worker::{deliver_outbox, expire_due, reconcile},
};
use serde_json::json;

use crate::{fakes::Script, world::*};

#[tokio::test]
async fn what_is_not_paid_in_time_expires_and_frees_its_stock() {
    for world in worlds().await {
        let (unpaid, declined) = (world.order(&[(LAMP, 1)]).await, world.order(&[(LAMP, 1)]).await);
        pay(&world.ada(), &declined, "tok_declined", &key()).await.payload("payOrder");
        let paid = world.paid().await;
        assert_eq!(expire_due(&world.shop).await.unwrap(), 0, "nothing is due");
        world.wait();
        let later = world.order(&[(LAMP, 1)]).await;
        assert_eq!(expire_due(&world.shop).await.unwrap(), 2);
        assert_eq!(expire_due(&world.shop).await.unwrap(), 0);
        for (order, status) in
            [(&unpaid, "EXPIRED"), (&declined, "EXPIRED"), (&paid, "PAID"), (&later, "AWAITING_PAYMENT")]
        {
            assert_eq!(world.status(order).await, status, "{}", world.kind);
        }
        assert_eq!(world.products.stock(LAMP), (8, 1));
        let error = cancel(&world.ada(), &unpaid, &key()).await;
        assert_eq!(only_error(&error, "cancelOrder")["from"], "EXPIRED");
    }
}

#[tokio::test]
async fn stock_is_freed_when_products_is_back() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.wait();
        world.products_down(true);
        assert_eq!(expire_due(&world.shop).await.unwrap(), 1);
        assert_eq!((world.status(&order).await.as_str(), world.products.stock(LAMP)), ("EXPIRED", (10, 1)));
        world.products_down(false);
        world.wait();
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!(world.products.stock(LAMP), (10, 0));
    }
}

/// A world whose charges are in doubt and turn out to have succeeded, with an expired order that was being paid.
async fn late() -> Vec<(World, Arc<Script>, String)> {
    let scripts = Mutex::new(Vec::new());
    let provider = || {
        let script = Script::says(Charge::Unknown, Charge::Succeeded);
        scripts.lock().unwrap().push(script.clone());
        Some(script as Arc<dyn PaymentProvider>)
    };
    let mut all = Vec::new();
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let order = world.order(&[(CHAIR, 2)]).await;
        pay(&world.ada(), &order, "any", &key()).await.payload("payOrder");
        world.wait();
        assert_eq!(expire_due(&world.shop).await.unwrap(), 1);
        assert_eq!(world.products.stock(CHAIR), (3, 0));
        let script = scripts.lock().unwrap()[number].clone();
        all.push((world, script, order));
    }
    all
}

#[tokio::test]
async fn late_money_buys_what_is_still_there_at_the_old_price() {
    for (world, script, order) in late().await {
        world.products.books().stock.get_mut(CHAIR).unwrap().price = "1.00";
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "EXPIRED", "PAID"], "{}", world.kind);
        assert_eq!((world.products.state(&order), world.products.stock(CHAIR)), (Some("CONSUMED"), (1, 0)));
        let seen = world.see(&order).await;
        assert_eq!((&seen["total"]["amount"], &seen["payments"][0]["status"]), (&json!("199.80"), &json!("SUCCEEDED")));
        assert_eq!(script.refunded(), 0);
    }
}

#[tokio::test]
async fn late_money_goes_back_when_the_goods_are_gone() {
    for (world, script, order) in late().await {
        world.order_of(BOB, &[(CHAIR, 2)]).await;
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "EXPIRED", "REFUNDED"]);
        assert_eq!((world.payments(&order).await, script.refunded()), (vec!["REFUNDED".to_owned()], 1));
        assert_eq!(world.products.stock(CHAIR), (3, 2), "Bob's");
    }
}

#[tokio::test]
async fn late_money_waits_while_products_is_down() {
    for (world, script, order) in late().await {
        world.products_down(true);
        reconcile(&world.shop).await.unwrap();
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("EXPIRED", vec!["PENDING".to_owned()])
        );
        world.products_down(false);
        world.products.line.deaf.store(true, Ordering::SeqCst);
        assert_eq!(reconcile(&world.shop).await.unwrap(), 0, "not due: it was tried just now");
        world.clock.advance(TimeDelta::minutes(1));
        reconcile(&world.shop).await.unwrap();
        assert_eq!(
            (world.status(&order).await.as_str(), world.products.stock(CHAIR)),
            ("EXPIRED", (3, 2)),
            "held, unheard"
        );
        world.products.line.deaf.store(false, Ordering::SeqCst);
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1);
        assert_eq!((world.status(&order).await.as_str(), world.products.stock(CHAIR)), ("PAID", (1, 0)), "held once");
        assert_eq!(script.refunded(), 0);
    }
}

#[tokio::test]
async fn a_late_decline_leaves_an_expired_order_expired() {
    for (world, script, order) in late().await {
        script.lookup_says(Charge::Declined { code: "NO_FUNDS".into() });
        reconcile(&world.shop).await.unwrap();
        assert_eq!(
            (world.status(&order).await.as_str(), world.payments(&order).await),
            ("EXPIRED", vec!["FAILED".to_owned()])
        );
    }
}

#[tokio::test]
async fn two_reconcilers_at_once_settle_once() {
    for (world, script, order) in late().await {
        let rounds = futures_util::future::join_all((0..4).map(|_| reconcile(&world.shop))).await;
        assert!(rounds.iter().all(Result::is_ok), "{}", world.kind);
        assert_eq!(world.story(&order).await, ["PENDING", "AWAITING_PAYMENT", "EXPIRED", "PAID"], "{}", world.kind);
        assert_eq!((world.products.stock(CHAIR), script.refunded()), ((1, 0), 0));
    }
}
