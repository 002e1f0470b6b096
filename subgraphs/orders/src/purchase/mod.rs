//! What people do with orders, from the wish to the stored effect.
//!
//! Each use case is one file: short transactions on our side, a call to somebody else between them, never a call inside
//! one. Whatever must follow a commit is a job that the same transaction adds; a use case tries to deliver
//! it at once, so that a customer who cancels sees the stock free again, but does not depend on that.

mod cancel;
mod doubt;
mod fulfill;
mod pay;
mod place;
mod quote;
mod refund;
mod reject;
mod settle;
mod terms;

use kit::idempotency::{self, Claim, Claimed};
use schema::Viewer;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub(crate) use self::place::lines;
pub use self::{
    cancel::{CancelOrder, cancel},
    doubt::doubt,
    fulfill::fulfill,
    pay::{Paid, PayOrder, pay},
    place::{AddressChoice, PlaceOrder, place},
    quote::{Quote, Quoted, quote},
    refund::{RefundOrder, refund},
    settle::{Settled, settle},
    terms::{Expected, Terms},
};
use crate::{
    domain::{Order, OrderId, OrderStatus},
    refusal::{Denied, Refusal},
    repository,
    shop::Shop,
};

/// What a use case made or changed, and whether an earlier request already had.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// The thing as it is now.
    pub thing: T,
    /// The idempotency key had been used for this before.
    pub replayed: bool,
}

/// Takes an idempotency key inside the transaction of its effect; `Some` is what an earlier effect was about.
async fn take_key(db: &impl ConnectionTrait, shop: &Shop, claim: &Claim) -> Result<Option<Uuid>, Denied> {
    match idempotency::claim(db, claim, &shop.clock).await? {
        Claimed::New => Ok(None),
        Claimed::Replay(reference) => Ok(Some(reference)),
        Claimed::Mismatch => Err(Refusal::key_mismatch().into()),
    }
}

/// The viewer's own order, locked. An order of somebody else is answered as a missing one.
async fn own_order(db: &impl ConnectionTrait, viewer: &Viewer, id: OrderId) -> Result<Order, Denied> {
    let order = repository::order::lock(db, id).await?;
    order
        .filter(|order| order.may_be_seen_by(viewer) && order.is_own_of(viewer))
        .ok_or_else(|| Refusal::no_such_order().into())
}

/// Anybody's order, locked: for those whom the schema lets through. What was rejected is for nobody.
async fn any_order(db: &impl ConnectionTrait, id: OrderId) -> Result<Order, Denied> {
    let order = repository::order::lock(db, id).await?;
    order.filter(|order| order.status != OrderStatus::Rejected).ok_or_else(|| Refusal::no_such_order().into())
}

/// The order as it is now, after whatever just happened to it.
async fn present(shop: &Shop, id: OrderId) -> Result<Order, Denied> {
    let order = repository::order::by_id(shop.database.connection(), id).await?;
    order.ok_or_else(|| Refusal::no_such_order().into())
}
