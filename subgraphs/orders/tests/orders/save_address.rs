//! An address that goes into the customer's book beside the order, and never in its way.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use orders::worker::deliver_outbox;
use serde_json::{Value, json};

use crate::world::*;

fn saving(items: &[(&str, i64)], key: &str) -> Value {
    let mut input = wish(items, key);
    input["saveAddress"] = true.into();
    input
}

#[tokio::test]
async fn the_address_of_an_order_is_given_to_users_once() {
    for world in worlds().await {
        let input = saving(&[(LAMP, 1)], &key());
        let placed = place(&world.ada(), input.clone()).await;
        let order = placed.payload("placeOrder")["order"]["id"].clone();
        place(&world.ada(), input).await.payload("placeOrder");
        assert_eq!(world.users.saved.lock().unwrap().len(), 0, "the order does not wait for it");
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 0);
        let saved = world.users.saved.lock().unwrap().clone();
        let expected = json!({"orderId": order, "userId": format!("usr_{}", ADA.simple()), "address": {
            "recipient": "Ada", "line1": "Calle 1", "line2": null, "city": "Venezia", "region": null,
            "postalCode": null, "countryCode": "IT", "phone": null}});
        assert_eq!(saved, [expected], "{}", world.kind);
    }
}

#[tokio::test]
async fn an_outage_of_users_delays_the_address_and_not_the_order() {
    for world in worlds().await {
        world.users.line.down.store(true, Ordering::SeqCst);
        let placed = place(&world.ada(), saving(&[(LAMP, 1)], &key())).await;
        assert_eq!(placed.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT");
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 0);
        world.users.line.down.store(false, Ordering::SeqCst);
        world.clock.advance(TimeDelta::minutes(5));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1, "{}", world.kind);
        assert_eq!(world.users.saved.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_saved_of_what_was_not_ordered_not_asked_for_or_saved_already() {
    for world in worlds().await {
        place(&world.ada(), wish(&[(LAMP, 1)], &key())).await.payload("placeOrder");
        only_error(&place(&world.ada(), saving(&[(GONE, 1)], &key())).await, "placeOrder");
        let mut of_the_book = saving(&[(LAMP, 1)], &key());
        of_the_book["shippingAddress"] = Value::Null;
        of_the_book["addressId"] = ADDRESS.into();
        place(&world.ada(), of_the_book).await.payload("placeOrder");
        deliver_outbox(&world.shop).await.unwrap();
        assert_eq!(world.users.saved.lock().unwrap().len(), 0, "{}", world.kind);
    }
}
