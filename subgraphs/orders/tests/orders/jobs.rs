//! One payment, message or row that cannot be handled holds up no other.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use kit::{jobs::State, money::Money, server::Background};
use orders::{
    Settings,
    domain::PaymentId,
    provider::{Booked, Charge, PaymentProvider, ProviderDown, Since},
    worker::{deliver_outbox, expire_due, reconcile, spawn},
};
use sea_orm::ConnectionTrait as _;

use crate::{fakes::Script, world::*};

async fn run(world: &World, sql: &str) {
    world.test.database.writer().execute_unprepared(sql).await.unwrap();
}

/// The literal of an order's id.
fn literal(world: &World, order: &str) -> String {
    format!("{}'{}'", if world.kind == "sqlite" { "x" } else { "" }, &order[4..])
}

/// The keys and the numbers of tries of the jobs in this state.
async fn jobs(world: &World, state: State) -> Vec<(String, String, i32)> {
    let entries = world.shop.jobs().list(Some(state), None, 1000).await.unwrap();
    entries.into_iter().map(|entry| (entry.topic, entry.key, entry.tries)).collect()
}

/// A provider that answers to no charge, and knows of those payments only that it was told of.
#[derive(Default)]
struct Silent {
    known: Mutex<HashSet<PaymentId>>,
    lookups: AtomicUsize,
}

#[async_trait]
impl PaymentProvider for Silent {
    async fn charge(&self, _: PaymentId, _: Money, _: &str) -> Charge {
        Charge::Unknown
    }

    async fn lookup(&self, key: PaymentId) -> Charge {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        if self.known.lock().unwrap().contains(&key) { Charge::Succeeded } else { Charge::Unknown }
    }

    async fn refund(&self, _: PaymentId) -> Result<(), ProviderDown> {
        Ok(())
    }

    async fn charges(&self, _: Since, _: u64) -> Result<Vec<Booked>, ProviderDown> {
        Ok(Vec::new())
    }

    async fn find(&self, _: &[PaymentId]) -> Result<Vec<Booked>, ProviderDown> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn payments_that_stay_in_doubt_hold_up_no_other_and_are_asked_about_less_and_less() {
    let providers = Mutex::new(Vec::new());
    let provider = || {
        let silent = Arc::new(Silent::default());
        providers.lock().unwrap().push(silent.clone());
        Some(silent as Arc<dyn PaymentProvider>)
    };
    let settings = Settings { max_open_orders: 0, order_ttl: 1_000_000, ..Settings::default() };
    for (number, world) in worlds_where(&settings, provider).await.into_iter().enumerate() {
        let silent = providers.lock().unwrap()[number].clone();
        world.products.books().stock.get_mut(LAMP).unwrap().on_hand = 1000;
        let in_doubt = async || {
            let order = world.order(&[(LAMP, 1)]).await;
            let answer = pay(&world.ada(), &order, "any", &key()).await;
            let payment = answer.payload("payOrder")["payment"]["id"].as_str().unwrap().to_owned();
            (order, PaymentId::parse(&payment).unwrap())
        };
        for _ in 0..12 {
            in_doubt().await;
        }
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 0, "{}", world.kind);
        assert_eq!(silent.lookups.swap(0, Ordering::SeqCst), 12);
        let (order, payment) = in_doubt().await;
        silent.known.lock().unwrap().insert(payment);
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1, "{}", world.kind);
        assert_eq!(world.status(&order).await, "PAID");

        for _ in 0..40 {
            world.clock.advance(TimeDelta::hours(2));
            reconcile(&world.shop).await.unwrap();
        }
        let waiting = jobs(&world, State::Waiting).await;
        assert_eq!(waiting.len(), 12, "{}: doubt is never parked: {waiting:?}", world.kind);
        silent.lookups.store(0, Ordering::SeqCst);
        world.clock.advance(TimeDelta::minutes(29));
        reconcile(&world.shop).await.unwrap();
        assert_eq!(silent.lookups.load(Ordering::SeqCst), 0, "once an hour, or twice");
        world.clock.advance(TimeDelta::minutes(32));
        reconcile(&world.shop).await.unwrap();
        assert_eq!(silent.lookups.load(Ordering::SeqCst), 12);
    }
}

#[tokio::test]
async fn rows_that_cannot_be_read_hold_up_no_other_and_end_parked() {
    let provider = || Some(Script::says(Charge::Unknown, Charge::Succeeded) as Arc<dyn PaymentProvider>);
    let settings = Settings { order_ttl: 1_000_000, ..Settings::default() };
    for world in worlds_where(&settings, provider).await {
        let (bad, good) = (world.order(&[(LAMP, 1)]).await, world.order(&[(LAMP, 1)]).await);
        for order in [&bad, &good] {
            pay(&world.ada(), order, "any", &key()).await.payload("payOrder");
        }
        run(&world, &format!("UPDATE payments SET currency = '???' WHERE order_id = {}", literal(&world, &bad))).await;
        world.clock.advance(TimeDelta::minutes(2));
        assert_eq!(reconcile(&world.shop).await.unwrap(), 1, "{}", world.kind);
        assert_eq!(world.status(&good).await, "PAID");
        for _ in 0..20 {
            world.clock.advance(TimeDelta::hours(2));
            reconcile(&world.shop).await.unwrap();
        }
        assert_eq!(jobs(&world, State::Parked).await.len(), 1, "{}", world.kind);

        let (broken, overdue) = (world.order(&[(LAMP, 1)]).await, world.order(&[(LAMP, 1)]).await);
        run(&world, &format!("UPDATE orders SET currency = '???' WHERE id = {}", literal(&world, &broken))).await;
        world.clock.advance(TimeDelta::seconds(1_000_001));
        assert_eq!(expire_due(&world.shop).await.unwrap(), 2, "{}: the one in doubt, too", world.kind);
        assert_eq!(world.status(&overdue).await, "EXPIRED");
        for _ in 0..20 {
            world.clock.advance(TimeDelta::hours(2));
            expire_due(&world.shop).await.unwrap();
        }
        let parked = jobs(&world, State::Parked).await;
        assert!(parked.contains(&("expire-order".into(), broken.clone(), 20)), "{parked:?}");
        run(&world, &format!("UPDATE orders SET currency = 'EUR' WHERE id = {}", literal(&world, &broken))).await;
        assert_eq!(expire_due(&world.shop).await.unwrap(), 0, "what is parked waits for somebody");
        assert_eq!(world.shop.jobs().retry(None, Some("expire-order")).await.unwrap(), 1);
        assert_eq!(expire_due(&world.shop).await.unwrap(), 1);
        assert_eq!(world.status(&broken).await, "EXPIRED");
    }
}

#[tokio::test]
async fn a_message_that_is_refused_for_good_or_cannot_be_read_is_parked_and_delays_no_refund() {
    for world in worlds().await {
        world.products_down(true);
        let mut orders = Vec::new();
        for _ in 0..4 {
            world.products_down(false);
            let order = world.order(&[(LAMP, 1)]).await;
            world.products_down(true);
            pay(&world.ada(), &order, "tok_success", &key()).await.payload("payOrder");
            orders.push(order);
        }
        let [refused, refunded, unreadable, good] = orders.as_slice() else { unreachable!() };
        world.products_down(false);
        for order in [refused, refunded] {
            world.products.books().holds.remove(order);
        }
        run(&world, &format!("UPDATE jobs SET payload = '{{\"effect\":\"DONATE\"}}' WHERE key = '{unreadable}'")).await;
        world.clock.advance(TimeDelta::seconds(5));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1, "{}", world.kind);
        assert_eq!(world.products.state(good), Some("CONSUMED"));

        refund(&world.admin(), refunded, &key()).await.payload("refundOrder");
        assert_eq!(world.payments(refunded).await, ["REFUNDED"], "although its sale has not been heard");
        for _ in 0..20 {
            world.clock.advance(TimeDelta::minutes(10));
            deliver_outbox(&world.shop).await.unwrap();
        }
        let parked = jobs(&world, State::Parked).await;
        // What is not sold any more needs not be heard.
        let expected = [refused, unreadable].map(|order| ("stock".to_owned(), order.clone(), 20));
        assert_eq!(parked, expected, "{}", world.kind);
        let before = world.products.count("consume");
        world.clock.advance(TimeDelta::days(9));
        deliver_outbox(&world.shop).await.unwrap();
        assert_eq!(world.products.count("consume"), before, "nobody hears of what is parked");
    }
}

#[tokio::test]
async fn an_outage_of_a_day_parks_nothing() {
    for world in worlds().await {
        let order = world.order(&[(LAMP, 1)]).await;
        world.products_down(true);
        cancel(&world.ada(), &order, &key()).await.payload("cancelOrder");
        for _ in 0..48 {
            world.clock.advance(TimeDelta::minutes(30));
            deliver_outbox(&world.shop).await.unwrap();
        }
        assert!(jobs(&world, State::Parked).await.is_empty(), "{}", world.kind);
        world.products_down(false);
        world.clock.advance(TimeDelta::minutes(5));
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 1);
        assert_eq!(world.products.stock(LAMP), (10, 0));
    }
}

#[tokio::test]
async fn while_products_hangs_refunds_go_on_and_the_workers_end_cleanly() {
    let scripts = Mutex::new(Vec::new());
    let provider = || {
        let script = Script::says(Charge::Succeeded, Charge::Unknown);
        scripts.lock().unwrap().push(script.clone());
        Some(script as Arc<dyn PaymentProvider>)
    };
    for (number, world) in worlds_with(provider).await.into_iter().enumerate() {
        let script = scripts.lock().unwrap()[number].clone();
        let (hanging, refunded) = (world.order(&[(LAMP, 1)]).await, world.paid().await);
        world.products_down(true);
        pay(&world.ada(), &hanging, "any", &key()).await.payload("payOrder");
        script.down.store(true, Ordering::SeqCst);
        refund(&world.admin(), &refunded, &key()).await.payload("refundOrder");
        assert_eq!(world.payments(&refunded).await, ["SUCCEEDED"]);
        script.down.store(false, Ordering::SeqCst);
        world.products.line.pause.store(600_000, Ordering::SeqCst);
        world.products_down(false);
        world.clock.advance(TimeDelta::minutes(1));

        let running = async || {
            let running = jobs(&world, State::Running).await;
            running.into_iter().filter(|(topic, ..)| topic == "stock").collect::<Vec<_>>()
        };
        let mut background = Background::none();
        spawn(&mut background, &world.shop, Duration::from_millis(20));
        for _ in 0..1000 {
            if world.payments(&refunded).await == ["REFUNDED"] && !running().await.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(world.payments(&refunded).await, ["REFUNDED"], "{}", world.kind);
        assert_eq!(running().await, [("stock".to_owned(), hanging.clone(), 2)]);
        background.shutdown().await;
        let given_back = ("stock".to_owned(), hanging.clone(), 1);
        assert!(
            jobs(&world, State::Waiting).await.contains(&given_back),
            "{}: for another process, at once",
            world.kind
        );
    }
}
