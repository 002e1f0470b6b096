//! Reservations in the schema: seen by the service `orders` only.

use async_graphql::{Enum, ID, Object, SimpleObject};
use kit::money::Money;
use kit::time::Timestamp;

use super::errors::UserError;
use crate::domain;

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(inaccessible)]
pub enum ReservationState {
    /// The stock is promised to the order.
    Held,
    /// The stock has left for good.
    Consumed,
    /// The stock is free again.
    Released,
}

impl From<domain::ReservationState> for ReservationState {
    fn from(state: domain::ReservationState) -> Self {
        match state {
            domain::ReservationState::Held => Self::Held,
            domain::ReservationState::Consumed => Self::Consumed,
            domain::ReservationState::Released => Self::Released,
        }
    }
}

impl From<ReservationState> for domain::ReservationState {
    fn from(state: ReservationState) -> Self {
        match state {
            ReservationState::Held => Self::Held,
            ReservationState::Consumed => Self::Consumed,
            ReservationState::Released => Self::Released,
        }
    }
}

/// A reservation.
pub struct Reservation(pub domain::Reservation);

/// What one order holds, or once held, of the stock.
#[Object(inaccessible)]
impl Reservation {
    /// The order.
    async fn order_id(&self) -> ID {
        ID(self.0.order.to_string())
    }

    /// Where it stands.
    async fn state(&self) -> ReservationState {
        self.0.state.into()
    }

    /// How often the order has asked anew, from 1.
    async fn attempt(&self) -> i32 {
        self.0.attempt
    }

    /// Until when the order wants it.
    async fn expires_at(&self) -> Timestamp {
        self.0.expires_at.into()
    }

    /// One line per product, in the order in which the request first named them.
    #[graphql(complexity = "kit::page::list_complexity(child_complexity)")]
    async fn lines(&self) -> Vec<ReservationLine> {
        self.0.lines.iter().map(ReservationLine::from).collect()
    }
}

/// One product of a reservation, with the title and the price that were promised.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub struct ReservationLine {
    /// The product.
    product_id: ID,
    /// Its title at that moment.
    title: String,
    /// How many.
    quantity: i32,
    /// The price of one at that moment.
    unit_price: Money,
}

impl From<&domain::reservation::Line> for ReservationLine {
    fn from(line: &domain::reservation::Line) -> Self {
        Self {
            product_id: ID(line.product.to_string()),
            title: line.title.to_string(),
            quantity: i32::try_from(line.quantity).unwrap_or(i32::MAX),
            unit_price: line.unit_price,
        }
    }
}

/// What there is of a wanted product that is on sale.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub struct OfferLine {
    /// The product.
    product_id: ID,
    /// Its title.
    title: String,
    /// How many are wanted.
    quantity: i32,
    /// The price of one.
    unit_price: Money,
    /// How many there are.
    available: i32,
}

impl From<&domain::offer::Offer> for OfferLine {
    fn from(offer: &domain::offer::Offer) -> Self {
        let whole = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            product_id: ID(offer.wanted.product.to_string()),
            title: offer.title.to_string(),
            quantity: whole(offer.wanted.quantity),
            unit_price: offer.unit_price,
            available: whole(offer.available),
        }
    }
}

/// What there is of wanted things, of which none is held.
#[derive(Default, SimpleObject)]
#[graphql(inaccessible)]
pub struct Offers {
    /// Those that are on sale, one line per product, in the order in which the request first named them.
    pub lines: Vec<OfferLine>,
    /// Why not all of them could be reserved at this moment, as `reserve` would say it.
    pub user_errors: Vec<UserError>,
}
