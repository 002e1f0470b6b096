//! The sandbox's books: a database of their own, which can be read.

use chrono::TimeDelta;
use kit::money::{Currency, Money};
use orders::{
    domain::PaymentId,
    provider::{Booking, Charge, PaymentProvider as _, Sandbox, Since},
};
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use crate::world::*;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::parse("EUR").unwrap())
}

fn payment(number: u128) -> PaymentId {
    PaymentId::from_uuid(Uuid::from_u128(number))
}

#[tokio::test]
async fn the_books_are_read_in_pages_and_by_key_and_reading_changes_nothing() {
    for World { sandbox, clock, kind, .. } in worlds().await {
        let began = clock.now();
        // Three of one moment, in no order, then two more.
        for number in [3, 1, 2] {
            sandbox.charge(payment(number), euro(100), "tok_success").await;
        }
        clock.advance(TimeDelta::seconds(1));
        sandbox.charge(payment(5), euro(500), "tok_declined").await;
        assert!(matches!(sandbox.lookup(payment(4)).await, Charge::Declined { .. }));
        sandbox.refund(payment(2)).await.unwrap();

        let (mut since, mut all) = (Since::from(began), Vec::new());
        loop {
            let page = sandbox.charges(since, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 2, "{kind}");
            since = Since::behind(last);
            all.extend(page);
        }
        let seen: Vec<_> = all.iter().map(|charge| (charge.key.uuid().as_u128(), charge.state)).collect();
        let (taken, declined) = (Booking::Taken, Booking::Declined);
        assert_eq!(seen, [(1, taken), (2, Booking::Refunded), (3, taken), (4, declined), (5, declined)], "{kind}");
        assert_eq!(all[0].amount, Some(euro(100)));
        assert_eq!(all[3].amount, None, "a closed key has no amount");
        let later = sandbox.charges(Since::from(began + TimeDelta::seconds(1)), 10).await.unwrap();
        assert_eq!(later.len(), 2);

        let found = sandbox.find(&[payment(2), payment(99)]).await.unwrap();
        assert_eq!(found.iter().map(|charge| charge.state).collect::<Vec<_>>(), [Booking::Refunded], "{kind}");
        assert_eq!(sandbox.charge(payment(99), euro(1), "tok_success").await, Charge::Succeeded, "it was not closed");
    }
}

#[tokio::test]
async fn books_that_stand_among_the_orders_are_moved_once() {
    for world in worlds().await {
        // As the release before wrote them; one that is in the books already is not changed.
        let db = world.test.database.writer();
        let id = |number: u128| match world.kind {
            "sqlite" => format!("x'{number:032x}'"),
            _ => format!("'{number:032x}'"),
        };
        world.sandbox.charge(payment(1), euro(100), "tok_success").await;
        world.sandbox.refund(payment(1)).await.unwrap();
        for number in 1..=1200 {
            let row = format!(
                "INSERT INTO sandbox_charges (key, amount_minor, currency, declined, refunded, created_at) \
                 VALUES ({}, 100, 'EUR', NULL, FALSE, '2026-11-30 12:00:00+00:00')",
                id(number)
            );
            db.execute_unprepared(&row).await.unwrap();
        }
        assert_eq!(world.sandbox.carry_over(&world.test.database).await.unwrap(), 1200, "{}", world.kind);
        assert_eq!(world.sandbox.carry_over(&world.test.database).await.unwrap(), 0, "{}", world.kind);
        let states = world.sandbox.find(&[payment(1), payment(2), payment(1200)]).await.unwrap();
        let states: Vec<_> = states.iter().map(|charge| charge.state).collect();
        assert_eq!(states.iter().filter(|state| **state == Booking::Taken).count(), 2, "{}", world.kind);
        assert!(states.contains(&Booking::Refunded), "{}: the refund is not forgotten", world.kind);
    }
}

#[tokio::test]
async fn the_books_never_stand_among_the_orders() {
    for world in worlds().await {
        let url = &world.test.url;
        let refused = Sandbox::address(Some(url), url).unwrap_err().to_string();
        assert!(refused.contains("--sandbox-database-url"), "{refused}");
    }
}
