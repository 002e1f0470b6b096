//! `quote`: what a basket would cost, and why it could not be ordered, by the rules of `placeOrder`. Nothing is reserved or
//! written.

use kit::Failure;
use schema::{Caller, Viewer};

use super::{
    place::too_many_open_orders,
    terms::{Expected, Terms, terms},
};
use crate::{
    domain::{Basket, UserId, basket::Line},
    refusal::Refusal,
    remote::{Offer, Offered},
    repository,
    shop::Shop,
};

/// What somebody thinks of ordering.
#[derive(Clone, Debug)]
pub struct Quote {
    /// What is wanted.
    pub basket: Basket,
    /// What they were shown.
    pub expected: Expected,
}

/// What products says of a basket at a moment.
#[derive(Clone, Debug)]
pub struct Quoted {
    /// Each line, with the product as it is sold, if it is.
    pub lines: Vec<(Line, Option<Offered>)>,
    /// What they cost together, and everything that keeps them from being ordered.
    pub terms: Terms,
}

/// Quotes a basket, for whoever asks; for a customer with what they hold unpaid in mind.
pub async fn quote(shop: &Shop, wish: &Quote, caller: &Caller, viewer: &Viewer) -> Result<Quoted, Failure> {
    let lines = wish.basket.lines().iter().map(|line| (line.product, line.quantity));
    let (offered, reasons) = shop.products.offers(lines, caller).await?;
    let offers: Vec<Offer> = offered.iter().map(|offered| offered.offer.clone()).collect();
    let mut terms = terms(&wish.basket, &wish.expected, &offers, &reasons);
    terms.refusals.extend(too_many(shop, wish, viewer).await?);
    let of = |line: &Line| offered.iter().find(|offered| offered.offer.product == line.product).cloned();
    Ok(Quoted { lines: wish.basket.lines().iter().map(|line| (*line, of(line))).collect(), terms })
}

/// What keeps this customer from one more order, if anything does.
async fn too_many(shop: &Shop, wish: &Quote, viewer: &Viewer) -> Result<Option<Refusal>, Failure> {
    let Some(customer) = viewer.id().map(UserId::from_uuid) else { return Ok(None) };
    let (db, now) = (shop.database.connection(), shop.clock.now());
    let present = repository::open_orders::of_customer(db, customer, now).await?;
    Ok(too_many_open_orders(shop, present, &wish.basket))
}
