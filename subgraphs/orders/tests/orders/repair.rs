//! `repair`: whatever orders, products and the provider have each, they agree in the end.

use std::{collections::HashMap, future::pending, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use kit::money::{Currency, Money};
use orders::{
    domain::{OrderId, PaymentId},
    provider::{Booked, Booking, Charge, PaymentProvider, ProviderDown, Since},
    repair::{Finding, Outcome, Repair, Summary, Told},
    shop::{Patience, Shop},
    worker::{deliver_outbox, reconcile, release_orphans},
};
use sea_orm::{ConnectionTrait as _, Statement};
use uuid::Uuid;

use crate::world::*;

/// Looks, or repairs, and gives what was found.
async fn repair(world: &World, apply: bool) -> (Summary, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut tell = |told: Told| {
        if let Told::Finding(finding) = told {
            findings.push(finding);
        }
    };
    let summary = Repair::new(&world.shop, apply).at_once().run(&mut tell).await.unwrap();
    (summary, findings)
}

fn literal(world: &World, id: &str) -> String {
    let digits = id.rsplit('_').next().unwrap();
    if world.kind == "sqlite" { format!("x'{digits}'") } else { format!("'{digits}'") }
}

async fn execute(world: &World, sql: &str) {
    world.test.database.writer().execute_unprepared(sql).await.unwrap();
}

async fn set(world: &World, order: &str, status: &str) {
    execute(world, &format!("UPDATE orders SET status = '{status}' WHERE id = {}", literal(world, order))).await;
}

/// The payment of an order, as the provider knows it.
async fn payment(world: &World, order: &str) -> PaymentId {
    let payments = world.see(order).await["payments"].clone();
    PaymentId::parse(payments.as_array().unwrap().last().unwrap()["id"].as_str().unwrap()).unwrap()
}

async fn booking(world: &World, payment: PaymentId) -> Option<Booking> {
    world.sandbox.find(&[payment]).await.unwrap().pop().map(|charge| charge.state)
}

#[tokio::test]
async fn what_orders_has_forgotten_is_refunded_and_goes_back_on_the_shelf() {
    for world in worlds().await {
        let keeping = world.paid().await;
        let (sold, held) = (world.paid().await, world.order(&[(CHAIR, 1)]).await);
        let charge = payment(&world, &sold).await;
        for order in [&sold, &held] {
            execute(&world, &format!("DELETE FROM orders WHERE id = {}", literal(&world, order))).await;
        }
        assert_eq!((world.products.stock(LAMP), world.products.stock(CHAIR)), ((6, 0), (3, 1)));

        let (summary, findings) = repair(&world, false).await;
        assert_eq!((summary.repaired, summary.remaining), (0, 3), "{}: {findings:#?}", world.kind);
        assert!(findings.iter().all(|finding| matches!(finding.outcome, Outcome::Would(_))), "{findings:#?}");
        assert_eq!(world.products.state(&sold), Some("CONSUMED"), "{}: a look changes nothing", world.kind);
        assert_eq!(booking(&world, charge).await, Some(Booking::Taken));

        let (summary, findings) = repair(&world, true).await;
        // On the shelf, free; free; refunded.
        assert_eq!((summary.repaired, summary.remaining), (4, 0), "{}: {findings:#?}", world.kind);
        assert_eq!((world.products.state(&sold), world.products.state(&held)), (Some("RELEASED"), Some("RELEASED")));
        assert_eq!((world.products.stock(LAMP), world.products.stock(CHAIR)), ((8, 0), (3, 0)), "{}", world.kind);
        assert_eq!(booking(&world, charge).await, Some(Booking::Refunded), "{}", world.kind);
        assert_eq!(world.status(&keeping).await, "PAID");
        let (summary, findings) = repair(&world, true).await;
        assert_eq!((summary.repaired, summary.remaining), (0, 0), "{}: {findings:#?}", world.kind);
    }
}

#[tokio::test]
async fn what_products_has_forgotten_is_taken_again_or_refunded() {
    for world in worlds().await {
        let (taken, gone) = (world.paid().await, world.paid().await);
        let waiting = world.order(&[(CHAIR, 1)]).await;
        {
            let mut books = world.products.books();
            books.holds.clear();
            books.stock.get_mut(LAMP).unwrap().on_hand = 3;
            books.stock.get_mut(CHAIR).unwrap().reserved = 0;
        }
        let (summary, findings) = repair(&world, true).await;
        assert_eq!(summary.remaining, 0, "{}: {findings:#?}", world.kind);
        let mut ends = [
            (world.status(&taken).await, world.products.state(&taken)),
            (world.status(&gone).await, world.products.state(&gone)),
        ];
        ends.sort();
        let expected = [("PAID".to_owned(), Some("CONSUMED")), ("REFUNDED".to_owned(), None)];
        assert_eq!(ends, expected, "{}: there were goods for one of them", world.kind);
        assert_eq!((world.products.stock(LAMP), world.products.stock(CHAIR)), ((1, 0), (3, 1)), "{}", world.kind);
        assert_eq!(world.products.state(&waiting), Some("HELD"), "{}: it can still be paid", world.kind);
        pay(&world.ada(), &waiting, "tok_success", &key()).await.payload("payOrder");
        assert_eq!(world.products.state(&waiting), Some("CONSUMED"));
        assert_eq!(repair(&world, true).await.0.repaired, 0, "{}", world.kind);
    }
}

#[tokio::test]
async fn money_for_an_expired_order_whose_goods_are_sold_already_is_honoured_without_a_repair() {
    for world in worlds().await {
        let order = world.paid().await;
        // Orders was cut before the payment was settled, and has let the order expire since; products was cut later.
        set(&world, &order, "AWAITING_PAYMENT").await;
        execute(&world, "UPDATE payments SET status = 'PENDING'").await;
        world.wait();
        orders::worker::expire_due(&world.shop).await.unwrap();
        assert_eq!(world.status(&order).await, "EXPIRED", "{}", world.kind);
        reconcile(&world.shop).await.unwrap();
        assert_eq!(
            (world.status(&order).await, world.payments(&order).await),
            ("PAID".into(), vec!["SUCCEEDED".into()])
        );
        // The release that was never heard is overtaken.
        world.clock.advance(TimeDelta::minutes(10));
        deliver_outbox(&world.shop).await.unwrap();
        assert_eq!(world.products.state(&order), Some("CONSUMED"), "{}", world.kind);
        let (summary, findings) = repair(&world, false).await;
        assert_eq!(summary.remaining, 0, "{}: {findings:#?}", world.kind);
    }
}

#[tokio::test]
async fn a_hold_without_an_order_is_released_by_itself() {
    for world in worlds().await {
        let (lost, over, wanted) =
            (world.order(&[(LAMP, 1)]).await, world.order(&[(LAMP, 2)]).await, world.order(&[(CHAIR, 1)]).await);
        execute(&world, &format!("DELETE FROM orders WHERE id = {}", literal(&world, &lost))).await;
        set(&world, &over, "EXPIRED").await;
        release_orphans(&world.shop).await.unwrap();
        assert_eq!(
            [&lost, &over, &wanted].map(|order| world.products.state(order).unwrap()),
            ["RELEASED", "RELEASED", "HELD"]
        );
        assert_eq!(world.products.stock(LAMP), (10, 0), "{}", world.kind);
    }
}

#[tokio::test]
async fn what_seems_to_be_the_wrong_database_is_not_repaired() {
    for world in worlds().await {
        world.paid().await;
        execute(&world, "DELETE FROM orders").await;
        let mut tell = |_: Told| {};
        let refused = Repair::new(&world.shop, true).at_once().run(&mut tell).await.unwrap_err().to_string();
        assert!(refused.contains("--force"), "{refused}");
        let mut tell = |_: Told| {};
        let summary = Repair::new(&world.shop, true).at_once().force(true).run(&mut tell).await.unwrap();
        assert!(summary.is_clean() && summary.repaired > 0, "{}: {summary:?}", world.kind);
    }
}

#[tokio::test]
async fn the_demo_customers_past_is_right() {
    for world in worlds().await {
        orders::seed_demo(&world.test.database, &world.sandbox, &world.clock).await.unwrap();
        let (summary, findings) = repair(&world, true).await;
        assert_eq!((summary.repaired, summary.remaining), (0, 0), "{}: {findings:#?}", world.kind);
        assert_eq!(world.products.books().holds.len(), 0, "{}: products need not know of it", world.kind);
    }
}

const STATUSES: [&str; 10] = [
    "PENDING",
    "REJECTED",
    "AWAITING_PAYMENT",
    "OVERDUE",
    "PAYMENT_FAILED",
    "PAID",
    "FULFILLED",
    "CANCELLED",
    "EXPIRED",
    "REFUNDED",
];
const GOODS: [Option<(&str, i64)>; 5] =
    [None, Some(("HELD", 1)), Some(("HELD", 2)), Some(("CONSUMED", 1)), Some(("RELEASED", 1))];
const PAYMENTS: [Option<&str>; 5] = [None, Some("PENDING"), Some("SUCCEEDED"), Some("FAILED"), Some("REFUNDED")];
const MONEY: [Option<Booking>; 4] = [None, Some(Booking::Declined), Some(Booking::Taken), Some(Booking::Refunded)];

/// One combination of states, as it was made.
struct Made {
    status: &'static str,
    order: String,
    payment: PaymentId,
    text: String,
}

/// An order of one lamp in each combination of states, written into each of the books.
async fn every_combination(world: &World) -> Vec<Made> {
    let (mut all, mut number, mut sql) = (Vec::new(), 0_u128, Vec::new());
    let (past, future) = ("2026-11-30 12:00:00+00:00", "2027-12-31 12:00:00+00:00");
    let amount = Money::new(1250, Currency::parse("EUR").unwrap());
    for status in STATUSES {
        for goods in GOODS {
            for payment_status in PAYMENTS {
                for money in MONEY {
                    number += 1;
                    let order = OrderId::from_uuid(Uuid::from_u128(0x77 << 64 | number)).to_string();
                    let payment = PaymentId::from_uuid(Uuid::from_u128(0x99 << 64 | number));
                    let (stored, expires) =
                        if status == "OVERDUE" { ("AWAITING_PAYMENT", past) } else { (status, future) };
                    let id = literal(world, &order);
                    sql.push(format!(
                        "INSERT INTO orders (id, number, customer_id, status, total_minor, currency, recipient, line1, city, \
                         country_code, attempt, expires_at, created_at, updated_at, version) VALUES ({id}, '{number}', {}, \
                         '{stored}', 1250, 'EUR', 'Ada', 'Calle 1', 'Venezia', 'IT', 1, '{expires}', '{past}', '{past}', 1)",
                        literal(world, &format!("usr_{:032x}", 0xada)),
                    ));
                    sql.push(format!(
                        "INSERT INTO order_items (id, order_id, position, product_id, quantity, title, unit_price_minor, \
                         currency) VALUES ({id}, {id}, 0, {}, 1, 'Lamp', 1250, 'EUR')",
                        literal(world, LAMP),
                    ));
                    if let Some(payment_status) = payment_status {
                        let refunded = if payment_status == "REFUNDED" { 1250 } else { 0 };
                        sql.push(format!(
                            "INSERT INTO payments (id, order_id, status, amount_minor, currency, refunded_minor, created_at, \
                             updated_at) VALUES ({}, {id}, '{payment_status}', 1250, 'EUR', {refunded}, '{past}', '{past}')",
                            literal(world, &payment.to_string()),
                        ));
                    }
                    let token = if money == Some(Booking::Declined) { "tok_declined" } else { "tok_success" };
                    if money.is_some() {
                        world.sandbox.charge(payment, amount, token).await;
                    }
                    if money == Some(Booking::Refunded) {
                        world.sandbox.refund(payment).await.unwrap();
                    }
                    if let Some((state, attempt)) = goods {
                        let mut books = world.products.books();
                        books.holds.insert(order.clone(), (state, attempt, vec![(LAMP.to_owned(), 1)]));
                        books.stock.get_mut(LAMP).unwrap().reserved += i64::from(state == "HELD");
                    }
                    let text = format!("{status} {goods:?} {payment_status:?} {money:?}");
                    all.push(Made { status, order, payment, text });
                }
            }
        }
    }
    // Each transaction waits for the disk.
    let tx = world.test.database.begin_write().await.unwrap();
    for statement in sql {
        tx.execute_unprepared(&statement).await.unwrap();
    }
    tx.commit().await.unwrap();
    all
}

/// The stored status of each order, and of its payment.
async fn statuses(world: &World) -> HashMap<String, (String, Option<String>)> {
    let sql = "SELECT orders.id AS id, orders.status AS status, payments.status AS payment FROM orders \
               LEFT JOIN payments ON payments.order_id = orders.id";
    let backend = world.test.database.connection().get_database_backend();
    let rows = world.test.database.connection().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    let row = |row: &sea_orm::QueryResult| {
        let id: Uuid = row.try_get("", "id").unwrap();
        let (status, payment) = (row.try_get("", "status").unwrap(), row.try_get("", "payment").unwrap());
        (OrderId::from_uuid(id).to_string(), (status, payment))
    };
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn every_combination_of_states_comes_to_rest_where_all_agree() {
    for world in worlds().await {
        world.products.books().stock.get_mut(LAMP).unwrap().on_hand = 5000;
        let all = every_combination(&world).await;
        let (summary, findings) = repair(&world, true).await;
        // What jobs were left behind are done, or are overtaken, and change nothing any more.
        for _ in 0..3 {
            world.clock.advance(TimeDelta::minutes(10));
            deliver_outbox(&world.shop).await.unwrap();
        }
        let statuses = statuses(&world).await;
        let mut left = 0;
        for made in &all {
            let (status, payment) = &statuses[&made.order];
            let (status, payment) = (status.as_str(), payment.as_deref());
            let (goods, money) = (world.products.state(&made.order), booking(&world, made.payment).await);
            let end = format!("{}: {} → {status} {goods:?} {payment:?} {money:?}", world.kind, made.text);
            let is_sale = status == "PAID" || status == "FULFILLED";
            let is_unpaid_shipment =
                made.status == "FULFILLED" && status == "FULFILLED" && money != Some(Booking::Taken);
            if is_unpaid_shipment || (made.status == "FULFILLED" && payment != Some("SUCCEEDED") && is_sale) {
                left += 1;
                continue;
            }
            assert_eq!(is_sale, money == Some(Booking::Taken), "{end}");
            assert_eq!(is_sale, payment == Some("SUCCEEDED"), "{end}");
            assert_ne!(payment, Some("PENDING"), "{end}");
            let right: &[Option<&str>] = match status {
                "PAID" | "FULFILLED" => &[Some("CONSUMED")],
                "AWAITING_PAYMENT" | "PAYMENT_FAILED" => &[Some("HELD")],
                "PENDING" => &[None, Some("HELD"), Some("RELEASED")],
                "REFUNDED" => &[None, Some("RELEASED"), Some("CONSUMED")],
                _ => &[None, Some("RELEASED")],
            };
            assert!(right.contains(&goods), "{end}");
        }
        assert_eq!(summary.remaining, left, "{}: {findings:#?}", world.kind);
        let held = world.products.books().holds.values().filter(|hold| hold.0 == "HELD").count();
        assert_eq!(
            world.products.stock(LAMP).1,
            i64::try_from(held).unwrap(),
            "{}: what is reserved is held",
            world.kind
        );
        let (again, findings) = repair(&world, true).await;
        assert_eq!((again.repaired, again.remaining), (0, left), "{}: {findings:#?}", world.kind);
    }
}

/// A provider that takes every question, and answers none.
struct Silent;

#[async_trait]
impl PaymentProvider for Silent {
    async fn charge(&self, _: PaymentId, _: Money, _: &str) -> Charge {
        pending().await
    }

    async fn lookup(&self, _: PaymentId) -> Charge {
        pending().await
    }

    async fn refund(&self, _: PaymentId) -> Result<(), ProviderDown> {
        pending().await
    }

    async fn charges(&self, _: Since, _: u64) -> Result<Vec<Booked>, ProviderDown> {
        pending().await
    }

    async fn find(&self, _: &[PaymentId]) -> Result<Vec<Booked>, ProviderDown> {
        pending().await
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_ends_the_repair() {
    for world in worlds().await {
        world.paid().await;
        let patience = Patience { charge: Duration::from_millis(50), ..Patience::default() };
        let shop = Shop { provider: Arc::new(Silent), patience, ..world.shop.clone() };
        // Its books are asked for first; without that look, what it has for the payments.
        for force in [false, true] {
            let mut tell = |_: Told| {};
            let repair = Repair::new(&shop, true).at_once().force(force);
            let ended = tokio::time::timeout(Duration::from_secs(20), repair.run(&mut tell)).await;
            let error = ended.expect("it ends").unwrap_err().to_string();
            assert!(error.contains("does not answer in time"), "{}: {error}", world.kind);
        }
    }
}
