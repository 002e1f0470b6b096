//! `payOrder`: one attempt to take the money.
//!
//! ```text
//! tx { idempotency key, payment PENDING } → provider: charge(key = payment id) → settle
//! ```
//!
//! At most one payment of an order is open, so at most one charge is on its way. Where the provider does not say what
//! became of it, the payment stays open until the reconciler has asked.

use kit::{
    idempotency::{self, Claim},
    random::new_id,
};
use schema::Viewer;

use super::{Done, doubt, own_order, present, settle, take_key};
use crate::{
    domain::{Order, OrderId, Payment, PaymentId, PaymentStatus, Unpayable},
    provider::Charge,
    refusal::{Denied, Refusal},
    repository,
    shop::Shop,
};

/// The wish to pay.
#[derive(Clone, Debug)]
pub struct PayOrder {
    /// Which order.
    pub order: OrderId,
    /// Stands for the customer's means of payment; only the provider understands it.
    pub token: String,
    /// The idempotency key.
    pub claim: Claim,
}

/// An order and what became of the attempt to pay it.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The order as it is now.
    pub order: Order,
    /// The attempt as it is now.
    pub payment: Payment,
}

/// What an attempt's key says.
enum Begun {
    /// It is new, and so is the payment.
    Now(Payment),
    /// An earlier request made this payment.
    Before(PaymentId),
}

/// Tries to pay, once per key. A decline is an answer, not a refusal.
pub async fn pay(shop: &Shop, wish: PayOrder, viewer: &Viewer) -> Result<Done<Paid>, Denied> {
    let (id, replayed) = match begin(shop, &wish, viewer).await? {
        Begun::Before(id) => (id, true),
        Begun::Now(payment) => {
            let (shop, id) = (shop.clone(), payment.id);
            // On a task of its own: a customer who hangs up must not leave a charge without its consequence.
            let charged = tokio::spawn(async move { charge(&shop, &payment, &wish.token).await });
            charged.await.map_err(kit::Failure::internal)??;
            (id, false)
        }
    };
    let order = present(shop, wish.order).await?;
    let payment = repository::payment::by_id(shop.database.connection(), id).await?;
    let payment = payment.ok_or_else(|| kit::Failure::internal("a payment that was just stored is gone"))?;
    Ok(Done { thing: Paid { order, payment }, replayed })
}

/// Writes the attempt down, unless an earlier request with the key already had.
async fn begin(shop: &Shop, wish: &PayOrder, viewer: &Viewer) -> Result<Begun, Denied> {
    let tx = shop.database.begin_write().await?;
    let order = own_order(&tx, viewer, wish.order).await?;
    if let Some(payment) = take_key(&tx, shop, &wish.claim).await? {
        tx.rollback().await?;
        return Ok(Begun::Before(PaymentId::from_uuid(payment)));
    }
    let now = shop.clock.now();
    let other = repository::payment::open_or_taken(&tx, order.id).await?;
    let amount = order.begin_payment(other.as_ref(), now).map_err(Refusal::from)?;
    let payment = Payment {
        id: new_id(&shop.clock),
        order: order.id,
        status: PaymentStatus::Pending,
        amount,
        failure_code: None,
        created_at: now,
        updated_at: now,
    };
    if !repository::payment::insert(&tx, &payment).await? {
        return Err(Refusal::from(Unpayable::Payment(PaymentStatus::Pending)).into());
    }
    idempotency::finish(&tx, &wish.claim, payment.id.uuid()).await?;
    tx.commit().await?;
    Ok(Begun::Now(payment))
}

async fn charge(shop: &Shop, payment: &Payment, token: &str) -> Result<(), Denied> {
    let charge = shop.provider.charge(payment.id, payment.amount, token);
    let answer = tokio::time::timeout(shop.patience.charge, charge).await.unwrap_or(Charge::Unknown);
    match answer.outcome() {
        Some(outcome) => settle(shop, payment, &outcome).await.map(drop),
        None => doubt(shop, payment).await,
    }
}
