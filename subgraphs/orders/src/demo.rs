//! The past of the demo customer: a few orders that have come to an end, or are on their way.
//!
//! What is paid here was consumed from the stock long ago, so products need not know of it; nothing that would have to
//! be held is made up.

use anyhow::Context as _;
use chrono::TimeDelta;
use kit::{
    Clock, Database,
    money::{Currency, Money},
    random::new_id,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::{
        Arrival, Basket, Canceller, Order, OrderId, OrderNumber, OrderStatus, Outcome, Payment, PaymentStatus,
        ProductId, ShippingAddress, Snapshot, Step, UserId, item::total,
    },
    provider::{PaymentProvider as _, Sandbox},
    repository,
};

/// The account `demo`, as users makes it.
const CUSTOMER: Uuid = Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0001);
/// What the ids of products' demo catalogue count from.
const CATALOGUE: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;

/// How the story of a demo order ends.
#[derive(Clone, Copy)]
enum End {
    Cancelled,
    Expired,
    Fulfilled,
    Paid,
    Refunded,
}

/// A thing of the demo catalogue: its place there, how many, its title and its price in cents.
type Thing = (u128, i64, &'static str, i64);

/// Its id, how many days ago, how it ended, what it was about. The ids are the same in every shop, so that one can tell
/// these orders from those whose goods products must know of.
const PAST: [(u128, i64, End, &[Thing]); 6] = [
    (
        0x0190_0000_0000_7000_8d5c_51e8_a07f_9b31,
        90,
        End::Fulfilled,
        &[(5, 1, "Steel Saucepan", 3990), (6, 6, "Steel Dinner Plate", 1290)],
    ),
    (0x0190_0000_0000_7000_a2f4_0c6b_7de3_128a, 61, End::Refunded, &[(11, 1, "Cotton Overshirt", 7990)]),
    (0x0190_0000_0000_7000_9b1d_e7a9_3f50_6cd4, 40, End::Cancelled, &[(2, 1, "Pine Dining Table", 44900)]),
    (
        0x0190_0000_0000_7000_84a6_2e93_c81b_f57d,
        39,
        End::Fulfilled,
        &[(1, 4, "Pine Dining Chair", 8990), (4, 1, "Pine Floor Lamp", 9990)],
    ),
    (0x0190_0000_0000_7000_b7e0_95d2_164c_a3f8, 12, End::Expired, &[(3, 1, "Pine Bookcase", 18900)]),
    (
        0x0190_0000_0000_7000_8f39_ba04_5be7_2d16,
        2,
        End::Paid,
        &[(9, 3, "Cotton T-Shirt", 1990), (10, 1, "Cotton Chinos", 5990), (12, 1, "Cotton Scarf", 2990)],
    ),
];

/// Gives the demo customer a past, unless there is one. Says whether there was none.
pub async fn seed_demo(database: &Database, sandbox: &Sandbox, clock: &Clock) -> anyhow::Result<bool> {
    let customer = UserId::from_uuid(CUSTOMER);
    if repository::order::customer_has_any(database.connection(), customer).await? {
        return Ok(false);
    }
    for (id, days, end, things) in PAST {
        let then = Clock::fixed(clock.now() - TimeDelta::days(days));
        tell(database, &sandbox.with_clock(&then), &then, (OrderId::from_uuid(Uuid::from_u128(id)), end, things))
            .await?;
    }
    Ok(true)
}

/// Whether this is one of the demo customer's past orders, of whose goods products has never heard.
pub(crate) fn is_past(order: OrderId) -> bool {
    PAST.iter().any(|(id, ..)| order.uuid().as_u128() == *id)
}

/// Lives through one order.
async fn tell(
    database: &Database,
    sandbox: &Sandbox,
    clock: &Clock,
    (id, end, things): (OrderId, End, &[Thing]),
) -> anyhow::Result<()> {
    let tx = database.begin_write().await?;
    let story = Story { tx: &tx, clock };
    let mut order = story.place(id, things).await?;
    let money = order.total.context("a total")?;
    clock.advance(TimeDelta::minutes(7));
    order = match end {
        End::Cancelled => story.go(&order, order.cancel(Canceller::Customer, None, clock.now())).await?,
        End::Expired => {
            clock.advance(TimeDelta::minutes(30));
            story.go(&order, order.expire(clock.now()).ok_or("not due")).await?
        }
        End::Fulfilled | End::Paid | End::Refunded => story.pay(&order, money).await?,
    };
    clock.advance(TimeDelta::hours(20));
    match end {
        End::Fulfilled => order = story.go(&order, order.fulfill(clock.now())).await?,
        End::Refunded => order = story.refund(&order).await?,
        End::Cancelled | End::Expired | End::Paid => {}
    }
    let payment = repository::payment::open_or_taken(&tx, order.id).await?;
    tx.commit().await?;
    if let Some(payment) = payment {
        // The provider's books must agree, or the order could not be refunded.
        sandbox.charge(payment.id, money, "tok_success").await;
        if payment.status == PaymentStatus::Refunded {
            sandbox.refund(payment.id).await?;
        }
    }
    Ok(())
}

struct Story<'a, C> {
    tx: &'a C,
    clock: &'a Clock,
}

impl<C: ConnectionTrait> Story<'_, C> {
    async fn place(&self, id: OrderId, things: &[Thing]) -> anyhow::Result<Order> {
        let now = self.clock.now();
        let order = Order {
            id,
            number: OrderNumber::of(id.uuid()),
            customer: UserId::from_uuid(CUSTOMER),
            status: OrderStatus::Pending,
            total: None,
            address: address(),
            attempt: 1,
            expires_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let product = |thing: &Thing| ProductId::from_uuid(Uuid::from_u128(CATALOGUE + thing.0));
        let wishes: Vec<_> = things.iter().map(|thing| (product(thing), thing.1)).collect();
        let basket = Basket::new(&wishes).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        repository::order::insert(self.tx, &order).await?;
        repository::item::insert(self.tx, id, &basket, self.clock).await?;
        let euro = Currency::parse("EUR").context("the euro")?;
        let snapshot = |thing: &Thing| Snapshot { title: thing.2.to_owned(), unit_price: Money::new(thing.3, euro) };
        let snapshots: Vec<_> = things.iter().map(|thing| (product(thing), snapshot(thing))).collect();
        let described: Vec<_> = snapshots.iter().map(|(product, snapshot)| (*product, snapshot)).collect();
        repository::item::describe(self.tx, id, &described).await?;
        let lines = basket.lines().iter().zip(things).map(|(line, thing)| (Money::new(thing.3, euro), line.quantity));
        let total = total(lines).context("a total")?;
        let priced = repository::order::priced(&order, total, now + TimeDelta::minutes(30));
        self.go(&priced, order.confirm()).await
    }

    async fn pay(&self, order: &Order, amount: Money) -> anyhow::Result<Order> {
        let now = self.clock.now();
        let payment = Payment {
            id: new_id(self.clock),
            order: order.id,
            status: PaymentStatus::Pending,
            amount,
            failure_code: None,
            created_at: now,
            updated_at: now,
        };
        repository::payment::insert(self.tx, &payment).await?;
        repository::payment::settle(self.tx, payment.id, &Outcome::Succeeded, now).await?;
        match order.receive(payment.id, &Outcome::Succeeded, now) {
            Arrival::Step(step) => self.go(order, Ok::<_, String>(step)).await,
            other => anyhow::bail!("{other:?}"),
        }
    }

    async fn refund(&self, order: &Order) -> anyhow::Result<Order> {
        let payment = repository::payment::open_or_taken(self.tx, order.id).await?.context("a payment")?;
        let refunded = self.go(order, order.refund(payment.id, Some("It did not fit."), self.clock.now())).await?;
        repository::payment::refunded(self.tx, payment.id, self.clock.now()).await?;
        Ok(refunded)
    }

    /// Stores a step, without the message that would follow from it today.
    async fn go<E: std::fmt::Debug>(&self, order: &Order, step: Result<Step, E>) -> anyhow::Result<Order> {
        let step = step.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let quiet = Step { effect: None, ..step };
        repository::order::advance(self.tx, order, &quiet, self.clock).await?.context("an order that stands still")
    }
}

fn address() -> ShippingAddress {
    ShippingAddress {
        recipient: "Demo Customer".to_owned(),
        line1: "Riva del Vin 1".to_owned(),
        city: "Venezia".to_owned(),
        region: Some("VE".to_owned()),
        postal_code: Some("30125".to_owned()),
        country_code: "IT".to_owned(),
        ..ShippingAddress::default()
    }
}
