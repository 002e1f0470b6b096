//! Somebody locks a table and forgets it: requests end in time and say why, what needs no lock goes on, and the process ends
//! when it is told to.

use std::time::{Duration, Instant};

use kit::{database::Transaction, testing::databases};
use sea_orm::ConnectionTrait as _;
use tests::{
    Program, Shop,
    shopping::{add_product, available, order_input, place, place_order},
};

/// Short times, so that nobody waits for long.
const SETTINGS: [(&str, &str); 3] =
    [("DATABASE_CONNECTIONS", "4"), ("DATABASE_LOCK_SECONDS", "3"), ("DATABASE_ACQUIRE_SECONDS", "1")];

/// Locks what an order is written to: a table on PostgreSQL, the file on SQLite.
async fn lock(database: &kit::Database, table: &str) -> Transaction {
    let lock = database.begin_write().await.unwrap();
    if !database.is_sqlite() {
        lock.execute_unprepared(&format!("LOCK TABLE {table}")).await.unwrap();
    }
    lock
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_costs_those_who_need_it_and_is_told() {
    for orders in databases().await {
        let mut settings = SETTINGS.to_vec();
        settings.push(("ORDERS_DATABASE_URL", &orders.url));
        let shop = Shop::open_one_with(&settings);
        let product = add_product(&shop, "12.50", 100).await;
        let alice = shop.customer("alice").await;
        place_order(&alice, &[(&product, 1)]).await;

        let locked = lock(&orders.database, "orders").await;
        let began = Instant::now();
        let inputs: Vec<_> = (0..12).map(|_| order_input(&[(&product, 1)])).collect();
        let placing = futures_util::future::join_all(inputs.iter().map(|input| place(&alice, input)));
        let looking = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let began = Instant::now();
            available(&alice, &product).await;
            assert!(began.elapsed() < Duration::from_secs(1), "{}: what needs no lock waits", orders.name);
        };
        let (answers, ()) = tokio::join!(placing, looking);
        // No later than a request's deadline.
        assert!(began.elapsed() < Duration::from_secs(16), "{}: {:?}", orders.name, began.elapsed());
        for answer in &answers {
            assert_eq!(answer.code(), "UNAVAILABLE", "{}: {:#}", orders.name, answer.body);
        }
        let log = shop.log();
        assert!(log.contains("locked by somebody else"), "{}: {log}", orders.name);
        if orders.name == "postgres" {
            assert!(log.contains("all connections to the database are in use"), "{log}");
            assert!(log.contains("INSERT INTO"), "what holds them is not told: {log}");
        }

        locked.rollback().await.unwrap();
        let began = Instant::now();
        for input in &inputs {
            let placed = place(&alice, input).await;
            assert_eq!(placed.payload("placeOrder")["order"]["status"], "AWAITING_PAYMENT");
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{}", orders.name);
        assert_eq!(available(&alice, &product).await, 100 - 13);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_ends_in_time_whatever_is_locked() {
    for orders in databases().await.into_iter().filter(|orders| orders.name == "postgres") {
        // Nobody is there whom it could ask; it has to end even so.
        let nobody = "http://127.0.0.1:9";
        let program = Program::new("orders").args(["--listen", "127.0.0.1:0", "--order-work-pause", "1"]);
        let program = program.args(["--jwks-url", nobody, "--users-url", nobody, "--products-url", nobody]);
        let process = program.env("DATABASE_URL", &orders.url).start();
        let url = tests::shop::address(&process.says("is ready"));
        let _locked = lock(&orders.database, "jobs, orders").await;
        // The workers, which look once a second, now wait for the lock; and so does this request.
        let waiting = tests::Client::anonymous(&url);
        let waiting =
            tokio::spawn(async move { waiting.ask("{ _entities(representations: []) { __typename } }").await });
        tokio::time::sleep(Duration::from_secs(2)).await;
        let began = Instant::now();
        let ended = tokio::task::spawn_blocking(move || process.stop()).await.unwrap();
        assert!(ended.status.success(), "{}", ended.stderr);
        // Ten seconds for the workers, two for the connections; compose.yml allows 45.
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        waiting.abort();
    }
}
