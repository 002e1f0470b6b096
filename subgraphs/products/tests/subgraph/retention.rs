//! What is deleted of reservations when it was done long ago, and what is kept for good.

use chrono::TimeDelta;
use kit::jobs::{Keep, Queue};
use products::retention;
use sea_orm::{ConnectionTrait as _, Statement};

use crate::{
    reservations::{consume, release, reserve},
    shop::{Shop, shops},
};

async fn count(shop: &Shop, table: &str) -> i64 {
    let connection = shop.database.connection();
    let count = Statement::from_string(connection.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
    connection.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

async fn delete(shop: &Shop, keep: Keep) {
    // The worker looks about once an hour.
    shop.clock.advance(TimeDelta::hours(2));
    retention::worker(Queue::new(&shop.database, &shop.clock), keep).run_due().await.unwrap();
}

#[tokio::test]
async fn released_reservations_go_and_held_and_consumed_ones_stay() {
    for shop in shops().await {
        let chair = shop.add("Chair", "10.00", 9).await;
        for number in 1..=3 {
            reserve(&shop, number, 1, &[(&chair, 2)]).await.payload("reserve");
        }
        release(&shop, 1, 1).await.payload("release");
        consume(&shop, 2).await.payload("consume");
        shop.clock.advance(TimeDelta::days(29));
        delete(&shop, Keep::default()).await;
        shop.clock.advance(TimeDelta::days(100));
        delete(&shop, Keep(None)).await;
        assert_eq!(
            (count(&shop, "reservations").await, count(&shop, "reservation_lines").await),
            (3, 3),
            "{}",
            shop.name
        );
        delete(&shop, Keep::default()).await;
        assert_eq!(
            (count(&shop, "reservations").await, count(&shop, "reservation_lines").await),
            (2, 2),
            "{}",
            shop.name
        );
        assert_eq!(shop.stock(&chair).await, [5, 7, 2], "{}", shop.name);
        // What went is like what never was: the stock is right, and what is left can still be ended.
        release(&shop, 1, 1).await.payload("release");
        consume(&shop, 3).await.payload("consume");
        assert_eq!(shop.stock(&chair).await, [5, 5, 0], "{}", shop.name);
    }
}
