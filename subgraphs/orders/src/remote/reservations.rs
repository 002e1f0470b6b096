//! What products holds, or once held, for orders: read in pages, to find what orders has forgotten.

use chrono::{DateTime, Utc};
use kit::Failure;
use serde::Deserialize;
use serde_json::json;

use super::Products;
use crate::{domain::OrderId, shop::nobody};

const RESERVATIONS: &str = "query Reservations($orderIds: [ID!], $states: [ReservationState!], \
    $expiredBefore: DateTime, $after: ID, $first: Int!) { reservations(orderIds: $orderIds, states: $states, \
    expiredBefore: $expiredBefore, after: $after, first: $first) { orderId state attempt } }";

/// How many reservations are asked for at a time, and of how many orders at most.
pub const PAGE: usize = 200;

/// What products has for one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The order.
    #[serde(rename = "orderId")]
    pub order: OrderId,
    /// Where it stands.
    pub state: ReservationState,
    /// The last attempt that products has heard of.
    pub attempt: i32,
}

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReservationState {
    /// The goods are held.
    Held,
    /// They have left the shelf.
    Consumed,
    /// They are free.
    Released,
}

impl ReservationState {
    fn name(self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Consumed => "CONSUMED",
            Self::Released => "RELEASED",
        }
    }
}

/// Which reservations are asked for.
#[derive(Clone, Debug, Default)]
pub struct Reservations {
    /// Only those of these orders, at most [`PAGE`].
    pub orders: Option<Vec<OrderId>>,
    /// Only those in one of these states.
    pub states: Option<Vec<ReservationState>>,
    /// Only those that their orders wanted until before this moment.
    pub expired_before: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Data {
    reservations: Vec<Reservation>,
}

impl Products {
    /// At most [`PAGE`] reservations behind that of the order `after`, in the order of the orders' ids.
    pub async fn reservations(
        &self,
        which: &Reservations,
        after: Option<OrderId>,
    ) -> Result<Vec<Reservation>, Failure> {
        let Reservations { orders, states, expired_before } = which;
        let states: Option<Vec<_>> = states.as_ref().map(|states| states.iter().map(|state| state.name()).collect());
        let variables = json!({
            "orderIds": orders, "states": states, "expiredBefore": expired_before, "after": after, "first": PAGE,
        });
        Ok(self.0.call::<Data>(RESERVATIONS, variables, &nobody(), None).await?.reservations)
    }

    /// What products has for this order, if it has ever heard of it.
    pub async fn reservation(&self, order: OrderId) -> Result<Option<Reservation>, Failure> {
        let which = Reservations { orders: Some(vec![order]), ..Reservations::default() };
        Ok(self.reservations(&which, None).await?.pop())
    }
}
