//! What is deleted after 30 days, and what is not.

use chrono::TimeDelta;
use kit::jobs::Keep;
use orders::worker::{delete_old, expire_due};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;

use crate::world::*;

async fn count(world: &World, table: &str) -> i64 {
    let connection = world.test.database.connection();
    let count = Statement::from_string(connection.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
    connection.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn rejected_orders_and_used_keys_go_after_30_days_and_orders_that_anybody_saw_stay() {
    for world in worlds().await {
        let (paid, unpaid) = (world.paid().await, world.order(&[(LAMP, 1)]).await);
        let (used, rejected) = (key(), key());
        let first = place(&world.ada(), wish(&[(LAMP, 1)], &used)).await;
        place(&world.ada(), wish(&[(GONE, 1), (LAMP, 1)], &rejected)).await;
        world.wait();
        assert_eq!(expire_due(&world.shop).await.unwrap(), 2);
        let rows = ["orders", "order_items", "transitions", "idempotency"];
        let mut before = Vec::new();
        for table in rows {
            before.push(count(&world, table).await);
        }
        world.clock.advance(TimeDelta::days(29));
        delete_old(&world.shop).await.unwrap();
        for (table, before) in rows.iter().zip(&before) {
            assert_eq!(count(&world, table).await, *before, "{}: {table}", world.kind);
        }
        assert!(place(&world.ada(), wish(&[(LAMP, 1)], &used)).await.payload("placeOrder")["replayed"] == true);

        world.clock.advance(TimeDelta::days(2));
        delete_old(&world.shop).await.unwrap();
        assert_eq!(count(&world, "orders").await, before[0] - 1, "{}", world.kind);
        assert_eq!(count(&world, "order_items").await, before[1] - 2, "{}", world.kind);
        assert_eq!(count(&world, "idempotency").await, 0);
        assert_eq!((world.status(&paid).await.as_str(), world.status(&unpaid).await.as_str()), ("PAID", "EXPIRED"));
        let again = place(&world.ada(), wish(&[(LAMP, 1)], &used)).await;
        let again = again.payload("placeOrder");
        assert_eq!(again["replayed"], false, "after 30 days a key is new");
        assert_ne!(again["order"]["id"], first.payload("placeOrder")["order"]["id"]);
        assert_eq!(
            world.admin().send("{ orders { totalCount } }", Value::Null).await.data()["orders"]["totalCount"],
            4
        );
    }
}

#[tokio::test]
async fn what_is_kept_longer_or_for_ever_stays() {
    for world in worlds().await {
        place(&world.ada(), wish(&[(GONE, 1), (LAMP, 1)], &key())).await;
        world.clock.advance(TimeDelta::days(100));
        for keep in [Keep(None), Keep(Some(TimeDelta::days(101)))] {
            delete_old(&orders::shop::Shop { keep, ..world.shop.clone() }).await.unwrap();
            assert_eq!(count(&world, "orders").await, 1, "{}: {keep:?}", world.kind);
            world.clock.advance(TimeDelta::hours(2));
        }
        let keep = Keep(Some(TimeDelta::days(99)));
        delete_old(&orders::shop::Shop { keep, ..world.shop.clone() }).await.unwrap();
        assert_eq!(count(&world, "orders").await, 0, "{}", world.kind);
    }
}
