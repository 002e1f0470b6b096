//! Every rule, against the table of transitions.

use std::sync::Arc;

use chrono::Duration;
use kit::money::Currency;
use schema::UserViewer;
use uuid::Uuid;

use super::*;
use crate::domain::status::ORDER_TRANSITIONS;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn payment() -> PaymentId {
    PaymentId::from_uuid(Uuid::from_u128(5))
}

fn order(status: OrderStatus) -> Order {
    Order {
        id: OrderId::from_uuid(Uuid::from_u128(1)),
        number: OrderNumber::of(Uuid::from_u128(1)),
        customer: UserId::from_uuid(Uuid::from_u128(7)),
        status,
        total: Some(Money::new(1250, Currency::parse("EUR").unwrap())),
        address: ShippingAddress::default(),
        attempt: 1,
        expires_at: Some(now() + Duration::minutes(30)),
        created_at: now(),
        updated_at: now(),
        version: 2,
    }
}

/// Everything that the rules allow to do with an order at `at`.
fn steps(order: &Order, at: DateTime<Utc>) -> Vec<Step> {
    let declined = Outcome::Declined { code: "NO_FUNDS".into() };
    let arrivals = [Outcome::Succeeded, declined].map(|outcome| match order.receive(payment(), &outcome, at) {
        Arrival::Step(step) => vec![step],
        Arrival::HoldAgain => [true, false].into_iter().filter_map(|held| order.late(payment(), held).ok()).collect(),
        Arrival::Overdue { expired, paid } => {
            let stored = Order { status: expired.to, ..order.clone() };
            assert!(order.status.may_become(expired.to) && stored.status.may_become(paid.to));
            assert_eq!(
                (expired.effect, paid.effect),
                (None, Some(Effect::Consume)),
                "the stock stays held until it is sold"
            );
            Vec::new()
        }
        Arrival::Nothing => Vec::new(),
    });
    let commands = [
        order.confirm().ok(),
        order.reject("refused").ok(),
        order.cancel(Canceller::Customer, None, at).ok(),
        order.expire(at),
        order.fulfill(at).ok(),
        order.refund(payment(), None, at).ok(),
    ];
    commands.into_iter().flatten().chain(arrivals.into_iter().flatten()).collect()
}

#[test]
fn the_rules_and_the_table_allow_exactly_the_same() {
    let mut reached = Vec::new();
    for from in OrderStatus::ALL {
        for at in [now(), now() + Duration::hours(1)] {
            for step in steps(&order(from), at).into_iter().filter(|step| step.to != from) {
                assert!(from.may_become(step.to), "{from} → {}", step.to);
                reached.push((from, step.to));
            }
        }
    }
    for listed in ORDER_TRANSITIONS {
        assert!(reached.contains(listed), "{} → {} is listed, but no rule leads there", listed.0, listed.1);
    }
}

#[test]
fn stock_is_sold_exactly_when_an_order_is_paid_and_freed_when_it_ends_unpaid() {
    for from in OrderStatus::ALL {
        for step in steps(&order(from), now() + Duration::hours(1)).into_iter().filter(|step| step.to != from) {
            let expected = match step.to {
                OrderStatus::Paid => Some(Effect::Consume),
                OrderStatus::Rejected | OrderStatus::Cancelled | OrderStatus::Expired => Some(Effect::Release),
                OrderStatus::Refunded => Some(Effect::Refund(payment())),
                _ => None,
            };
            assert_eq!(step.effect, expected, "{from} → {}", step.to);
        }
    }
}

#[test]
fn an_order_whose_time_is_up_is_expired_before_anybody_writes_it_down() {
    let late = now() + Duration::minutes(30);
    for status in [OrderStatus::AwaitingPayment, OrderStatus::PaymentFailed] {
        let order = order(status);
        assert!(
            order.payable(now()).is_ok()
                && order.cancel(Canceller::Customer, None, now()).is_ok()
                && order.expire(now()).is_none()
        );
        assert_eq!(order.payable(late).unwrap_err().from, OrderStatus::Expired);
        assert_eq!(order.cancel(Canceller::Administrator, None, late).unwrap_err().from, OrderStatus::Expired);
        assert_eq!(order.expire(late).unwrap().to, OrderStatus::Expired);
        assert_eq!(order.fulfill(late).unwrap_err().from, OrderStatus::Expired);
        assert_eq!(order.refund(payment(), None, late).unwrap_err().from, OrderStatus::Expired);
        let later = late + Duration::hours(5);
        let seen = order.clone().as_of(later);
        assert_eq!((seen.status, seen.updated_at, seen.version), (OrderStatus::Expired, late, order.version + 1));
        assert_eq!(seen.clone().as_of(later), seen, "what is expired does not expire again");
        assert_eq!(order.clone().as_of(now()), order);
        let declined = Outcome::declined("NO_FUNDS");
        assert_eq!(order.receive(payment(), &declined, late), Arrival::Nothing, "it stays EXPIRED");
        assert!(matches!(order.receive(payment(), &Outcome::Succeeded, late), Arrival::Overdue { .. }));
    }
    assert!(order(OrderStatus::Paid).expire(late).is_none());
    assert!(order(OrderStatus::Expired).expire(late).is_none());
}

#[test]
fn money_that_comes_too_late_ends_in_a_sale_or_a_refund() {
    let expired = order(OrderStatus::Expired);
    assert_eq!(expired.receive(payment(), &Outcome::Succeeded, now()), Arrival::HoldAgain);
    assert_eq!(expired.late(payment(), true).unwrap().to, OrderStatus::Paid);
    assert_eq!(expired.late(payment(), false).unwrap().to, OrderStatus::Refunded);
    let Arrival::Step(step) = order(OrderStatus::Cancelled).receive(payment(), &Outcome::Succeeded, now()) else {
        panic!("money for a cancelled order goes back");
    };
    assert_eq!(step.effect, Some(Effect::Refund(payment())));
}

#[test]
fn a_refusal_says_where_the_order_is_and_where_it_would_have_to_be() {
    let refused = order(OrderStatus::AwaitingPayment).fulfill(now()).unwrap_err();
    assert_eq!((refused.from, refused.allowed), (OrderStatus::AwaitingPayment, vec![OrderStatus::Paid]));
    let refused = order(OrderStatus::Paid).cancel(Canceller::Customer, None, now()).unwrap_err();
    let unpaid = [OrderStatus::Pending, OrderStatus::AwaitingPayment, OrderStatus::PaymentFailed];
    assert_eq!(refused.allowed, unpaid);
    assert_eq!(refused.message, "This order cannot be cancelled: it has been paid already.");
    // Late money can make an expired or cancelled order REFUNDED, but an admin cannot.
    let refused = order(OrderStatus::Cancelled).refund(payment(), None, now()).unwrap_err();
    assert_eq!(refused.allowed, [OrderStatus::Paid, OrderStatus::Fulfilled]);
}

#[test]
fn owners_and_readers_of_all_orders_see_an_order_and_nobody_a_rejected_one() {
    let viewer = |id: u128, scopes: &[&str]| {
        Viewer::User(Arc::new(UserViewer {
            id: Uuid::from_u128(id),
            session: Uuid::nil(),
            roles: Vec::new(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires_at: i64::MAX,
        }))
    };
    let (paid, rejected) = (order(OrderStatus::Paid), order(OrderStatus::Rejected));
    for (viewer, sees) in [
        (viewer(7, &[]), true),
        (viewer(8, &[SCOPE_READ]), true),
        (viewer(8, &[SCOPE_WRITE]), false),
        (viewer(8, &[]), false),
        (Viewer::Anonymous, false),
    ] {
        assert_eq!(paid.may_be_seen_by(&viewer), sees);
        assert!(!rejected.may_be_seen_by(&viewer));
    }
}
