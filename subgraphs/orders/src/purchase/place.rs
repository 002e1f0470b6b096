//! `placeOrder`: a wish becomes an order for which products holds the stock.
//!
//! ```text
//! tx { idempotency key, order PENDING, items } → products: reserve → tx { snapshots, total, AWAITING_PAYMENT }
//!                                                              or → tx { REJECTED, the key is free again }
//! ```
//!
//! Where products does not answer, the order stays PENDING. The same key takes it up again where it stopped: `reserve`
//! may be repeated. If nobody comes back, the reconciler rejects it.

use kit::{
    Failure,
    idempotency::{self, Claim, Claimed},
    jobs::enqueue,
    money::Money,
    random::new_id,
};
use schema::Caller;
use sea_orm::ConnectionTrait;

use super::{
    Done, present, reject, take_key,
    terms::{Expected, Terms, terms},
};
use crate::{
    domain::{AddressId, Basket, Item, OpenOrders, Order, OrderId, OrderNumber, OrderStatus, ShippingAddress, UserId},
    refusal::{Denied, ErrorCode, Refusal},
    remote::{NotHeld, Offer},
    repository::{self, outbox::SAVE_ADDRESS},
    shop::Shop,
};

/// A customer's wish.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Whose order it will be.
    pub customer: UserId,
    /// What is wanted.
    pub basket: Basket,
    /// Where it goes.
    pub address: AddressChoice,
    /// What the customer was shown; anything else is refused.
    pub expected: Expected,
    /// Whether a given address goes into the customer's address book, too.
    pub save_address: bool,
    /// The idempotency key.
    pub claim: Claim,
}

/// Where the address comes from.
#[derive(Clone, Debug)]
pub enum AddressChoice {
    /// The customer's address book.
    Saved(AddressId),
    /// The request itself.
    Given(Box<ShippingAddress>),
}

/// How often a wish is tried from the beginning when another request with its key comes to an end in between.
const TRIES: usize = 3;

/// Places an order, or takes up one that was begun with the same key.
pub async fn place(
    shop: &Shop,
    wish: &PlaceOrder,
    caller: &Caller,
    authorization: Option<&str>,
) -> Result<Done<Order>, Denied> {
    for _ in 0..TRIES {
        let (order, replayed) = match begun(shop, &wish.claim).await? {
            Some(order) => (order, true),
            None => begin(shop, wish, caller, authorization).await?,
        };
        let order =
            if order.status == OrderStatus::Pending { complete(shop, wish, &order, caller).await? } else { order };
        if order.status != OrderStatus::Rejected {
            return Ok(Done { thing: order, replayed });
        }
        // Another request with this key, or the reconciler, has rejected the order; the key is free again.
    }
    Err(Failure::internal("an order was rejected again and again between two steps").into())
}

/// The order that was begun with this key, if any.
async fn begun(shop: &Shop, claim: &Claim) -> Result<Option<Order>, Denied> {
    match idempotency::look_up(shop.database.connection(), claim).await? {
        Some(Claimed::Replay(order)) => Ok(Some(present(shop, OrderId::from_uuid(order)).await?)),
        Some(Claimed::Mismatch) => Err(Refusal::key_mismatch().into()),
        Some(Claimed::New) | None => Ok(None),
    }
}

/// Writes the wish down. `true` beside the order: another request with the same key was faster.
async fn begin(
    shop: &Shop,
    wish: &PlaceOrder,
    caller: &Caller,
    authorization: Option<&str>,
) -> Result<(Order, bool), Denied> {
    let address = address(shop, wish, caller, authorization).await?;
    let tx = shop.database.begin_write().await?;
    if let Some(order) = take_key(&tx, shop, &wish.claim).await? {
        tx.rollback().await?;
        return Ok((present(shop, OrderId::from_uuid(order)).await?, true));
    }
    admit(&tx, shop, wish).await?;
    let (id, now) = (new_id(&shop.clock), shop.clock.now());
    let order = Order {
        id,
        number: OrderNumber::of(id.uuid()),
        customer: wish.customer,
        status: OrderStatus::Pending,
        total: None,
        address,
        attempt: 1,
        expires_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    repository::order::insert(&tx, &order).await?;
    repository::item::insert(&tx, id, &wish.basket, &shop.clock).await?;
    idempotency::finish(&tx, &wish.claim, id.uuid()).await?;
    tx.commit().await?;
    Ok((order, false))
}

/// Refuses what would be more than one account may hold unpaid. Orders that the customer places at the same moment wait
/// for this transaction, and count what it stores.
async fn admit(db: &impl ConnectionTrait, shop: &Shop, wish: &PlaceOrder) -> Result<(), Denied> {
    repository::open_orders::lock_customer(db, wish.customer).await?;
    let present = repository::open_orders::of_customer(db, wish.customer, shop.clock.now()).await?;
    too_many_open_orders(shop, present, &wish.basket).map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Why whoever holds this unpaid may not order `basket` too, if they may not.
pub(super) fn too_many_open_orders(shop: &Shop, present: OpenOrders, basket: &Basket) -> Option<Refusal> {
    let too_many = shop.open_orders.admit(present, basket).err()?;
    Some(Refusal::input(ErrorCode::TooManyOpenOrders, too_many.to_string(), ["input", "items"]))
}

async fn address(
    shop: &Shop,
    wish: &PlaceOrder,
    caller: &Caller,
    authorization: Option<&str>,
) -> Result<ShippingAddress, Denied> {
    let id = match &wish.address {
        AddressChoice::Given(address) => return Ok(address.as_ref().clone()),
        AddressChoice::Saved(id) => *id,
    };
    let saved = shop.users.address(id, caller, authorization).await?.ok_or_else(|| {
        Refusal::input(ErrorCode::AddressNotFound, "You have no saved address with this id.", ["input", "addressId"])
    })?;
    saved.checked().map_err(|_| {
        let message = "This saved address is not complete. Correct it, or choose another one.";
        Refusal::input(ErrorCode::AddressNotFound, message, ["input", "addressId"]).into()
    })
}

/// Asks products, and writes down what it said.
async fn complete(shop: &Shop, wish: &PlaceOrder, order: &Order, caller: &Caller) -> Result<Order, Denied> {
    let lines = || wish.basket.lines().iter().map(|line| (line.product, line.quantity));
    let expires_at = shop.clock.now() + shop.patience.order_ttl;
    match shop.products.reserve(order.id, order.attempt, lines(), expires_at, caller).await {
        Err(NotHeld::Failed(failure)) => Err(failure.into()),
        Err(NotHeld::Refused(reasons)) => {
            // Prices are told as well, where somebody wants to know: all that is wrong at once. Should products be gone by
            // now, what it has refused is reason enough.
            let offers = match &wish.expected {
                expected if *expected == Expected::default() => Vec::new(),
                _ => shop.products.offers(lines(), caller).await.map(|(offered, _)| offered).unwrap_or_default(),
            };
            let offers: Vec<_> = offers.into_iter().map(|offered| offered.offer).collect();
            reject::reject(shop, order, terms(&wish.basket, &wish.expected, &offers, &reasons).refusals).await
        }
        Ok(held) => match terms(&wish.basket, &wish.expected, &held, &[]) {
            Terms { total: Some(total), refusals } if refusals.is_empty() => {
                confirm(shop, wish, order, (&held, total, expires_at)).await
            }
            Terms { refusals, .. } => reject::reject(shop, order, refusals).await,
        },
    }
}

/// Freezes titles, prices and the total. Somebody else may have done so, or given the order up, in the meantime.
async fn confirm(
    shop: &Shop,
    wish: &PlaceOrder,
    order: &Order,
    (held, total, expires_at): (&[Offer], Money, chrono::DateTime<chrono::Utc>),
) -> Result<Order, Denied> {
    let Ok(step) = order.confirm() else { return present(shop, order.id).await };
    let tx = shop.database.begin_write().await?;
    let priced = repository::order::priced(order, total, expires_at);
    let Some(confirmed) = repository::order::advance(&tx, &priced, &step, &shop.clock).await? else {
        tx.rollback().await?;
        return present(shop, order.id).await;
    };
    let lines: Vec<_> = held.iter().map(|line| (line.product, &line.snapshot)).collect();
    repository::item::describe(&tx, order.id, &lines).await?;
    if wish.save_address {
        // A worker carries it out: no order waits for users, or fails with it.
        enqueue(&tx, &SAVE_ADDRESS, order.id, &(), &shop.clock).await?;
    }
    tx.commit().await?;
    Ok(confirmed)
}

/// The lines of an order, for a hold on the stock that is made again.
pub(crate) fn lines(items: &[Item]) -> impl Iterator<Item = (crate::domain::ProductId, i32)> + '_ {
    items.iter().map(|item| (item.product, item.quantity))
}
