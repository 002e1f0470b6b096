//! Reservations: commands of the service `orders`, invisible to clients.

use async_graphql::{Context, ID, InputObject, Object};
use kit::{
    Result,
    caller::ServiceOnly,
    given::Given,
    time::{NotATimestamp, Timestamp},
};

use super::payload::payload;
use crate::{
    domain::{
        OrderId,
        ReservationState::{self, Consumed, Held, Released},
        offer::Obstacle,
        reservation::{MAX_LINES, MAX_QUANTITY, Refusal, Wanted, merge},
    },
    graphql::{
        errors::{ErrorCode, UserError, key_mismatch, path, problem, short, state},
        input::Checks,
        reservation::Reservation,
        shop,
    },
    repository::reservations::{self, Refused, Request},
};

/// The part of `Mutation` that is about reservations.
#[derive(Default)]
pub struct ReservationMutation;

/// What an order wants to hold.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct ReserveInput {
    /// The order (`ord_…`).
    order_id: ID,
    /// 1 at first; one more to hold again after a release.
    #[graphql(default = 1)]
    attempt: i32,
    /// 1 to 100 lines; those of one product are merged.
    lines: Vec<ReserveLineInput>,
    /// Until when the order wants it. Only kept: the stock is free again when the order releases it.
    expires_at: Given<Timestamp>,
}

/// One line of an order.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct ReserveLineInput {
    /// The product.
    product_id: ID,
    /// How many, from 1 to 9,999 for all lines of a product together.
    quantity: i32,
}

/// What an order lets go.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct ReleaseInput {
    /// The order.
    order_id: ID,
    /// Attempts up to this one are released; a later one stays held.
    #[graphql(default = 1)]
    attempt: i32,
}

/// What an order takes.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct ConsumeInput {
    /// The order.
    order_id: ID,
}

/// What an order did not take after all.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub struct UndoConsumeInput {
    /// The order.
    order_id: ID,
}

payload!("What `reserve` did.", ReservePayload[inaccessible], reservation: Reservation);
payload!("What `release` did.", ReleasePayload[inaccessible], reservation: Reservation);
payload!("What `consume` did.", ConsumePayload[inaccessible], reservation: Reservation);
payload!("What `undoConsume` did.", UndoConsumePayload[inaccessible], reservation: Reservation);

#[Object]
impl ReservationMutation {
    /// Holds the stock for all lines of an order, or for none. Idempotent: the same attempt gets the same answer. For
    /// the service `orders` only. Codes, all at once: `INVALID_ID`, `INVALID_QUANTITY`, `REQUIRED`, `TOO_MANY`,
    /// `INVALID`, or `PRODUCT_NOT_FOUND`,
    /// `CURRENCY_MISMATCH`, `INSUFFICIENT_STOCK` as a `StockError` for each product, `IDEMPOTENCY_KEY_MISMATCH` as an
    /// `IdempotencyError` (the same attempt with other lines), `INVALID_STATE` as a `ReservationStateError`.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")")]
    async fn reserve(&self, context: &Context<'_>, input: ReserveInput) -> Result<ReservePayload> {
        let request = match input.check() {
            Ok(request) => request,
            Err(errors) => return Ok(ReservePayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match reservations::reserve(&shop.database, &shop.clock, &request).await? {
            Ok(reservation) => ReservePayload::done(Reservation(reservation)),
            Err(Refused::Order(refusal)) => ReservePayload::refused(vec![refuse(refusal, &[Released])]),
            Err(Refused::Lines(obstacles)) => ReservePayload::refused(explain(&obstacles)),
        })
    }

    /// Frees what an order holds; for an order that is not known it leaves a mark, so that a `reserve` that is still on
    /// its way comes too late. Idempotent. For the service `orders` only. Codes: `INVALID_ID`, `INVALID`, and
    /// `INVALID_STATE` as a `ReservationStateError` after `consume`.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")")]
    async fn release(&self, context: &Context<'_>, input: ReleaseInput) -> Result<ReleasePayload> {
        let mut checks = Checks::default();
        let order = checks.id(&input.order_id, path(["orderId"]));
        let attempt = check_attempt(&mut checks, input.attempt);
        let (order, attempt) = match checks.finish(order.zip(attempt)) {
            Ok(checked) => checked,
            Err(errors) => return Ok(ReleasePayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match reservations::release(&shop.database, &shop.clock, order, attempt).await? {
            Ok(reservation) => ReleasePayload::done(Reservation(reservation)),
            Err(refusal) => ReleasePayload::refused(vec![refuse(refusal, &[Held, Released])]),
        })
    }

    /// Lets what an order holds leave the shelf for good. Idempotent. For the service `orders` only. Codes: `INVALID_ID`,
    /// `NOT_FOUND`, and `INVALID_STATE` as a `ReservationStateError` after `release`.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")")]
    async fn consume(&self, context: &Context<'_>, input: ConsumeInput) -> Result<ConsumePayload> {
        let mut checks = Checks::default();
        let order: Option<OrderId> = checks.id(&input.order_id, path(["orderId"]));
        let order = match checks.finish(order) {
            Ok(order) => order,
            Err(errors) => return Ok(ConsumePayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match reservations::consume(&shop.database, &shop.clock, order).await? {
            Ok(Some(reservation)) => ConsumePayload::done(Reservation(reservation)),
            Ok(None) => ConsumePayload::refused(vec![holds_nothing()]),
            Err(refusal) => ConsumePayload::refused(vec![refuse(refusal, &[Held, Consumed])]),
        })
    }

    /// Puts what an order has taken back on the shelf, held for it as before: where it turns out, after a restored backup,
    /// that there is no such sale. Idempotent; what is held or released stays so. For the service `orders` only. Codes:
    /// `INVALID_ID`, `NOT_FOUND`.
    #[graphql(inaccessible, guard = "ServiceOnly(\"orders\")")]
    async fn undo_consume(&self, context: &Context<'_>, input: UndoConsumeInput) -> Result<UndoConsumePayload> {
        let mut checks = Checks::default();
        let order: Option<OrderId> = checks.id(&input.order_id, path(["orderId"]));
        let order = match checks.finish(order) {
            Ok(order) => order,
            Err(errors) => return Ok(UndoConsumePayload::refused(errors)),
        };
        let shop = shop(context);
        Ok(match reservations::undo_consume(&shop.database, &shop.clock, order).await? {
            Some(reservation) => UndoConsumePayload::done(Reservation(reservation)),
            None => UndoConsumePayload::refused(vec![holds_nothing()]),
        })
    }
}

fn holds_nothing() -> UserError {
    problem(ErrorCode::NotFound, "This order holds nothing.", path(["orderId"])).into()
}

impl ReserveInput {
    fn check(self) -> Result<Request, Vec<UserError>> {
        let mut checks = Checks::default();
        let order = checks.id(&self.order_id, path(["orderId"]));
        let attempt = check_attempt(&mut checks, self.attempt);
        let lines = check_lines(&mut checks, &self.lines);
        let refused = |error: NotATimestamp| checks.add(ErrorCode::Invalid, error.to_string(), path(["expiresAt"]));
        let expires_at = self.expires_at.read().map_err(refused).ok();
        let request = || Some(Request { order: order?, attempt: attempt?, lines: lines?, expires_at: expires_at?.0 });
        checks.finish(request())
    }
}

/// The lines of an order, merged.
pub fn check_lines(checks: &mut Checks, given: &[ReserveLineInput]) -> Option<Vec<Wanted>> {
    if given.is_empty() {
        checks.add(ErrorCode::Required, "There are no lines.", path(["lines"]));
    }
    if given.len() > MAX_LINES {
        checks.add(ErrorCode::TooMany, format!("There are more than {MAX_LINES} lines."), path(["lines"]));
        return None;
    }
    let mut lines = Vec::new();
    for (index, line) in given.iter().enumerate() {
        let index = index.to_string();
        let product = checks.id(&line.product_id, path(["lines", &index, "productId"]));
        let quantity = check_quantity(checks, line.quantity.into(), &index);
        lines.extend(product.zip(quantity));
    }
    let lines = merge(lines);
    for line in lines.iter().filter(|line| line.quantity > MAX_QUANTITY) {
        check_quantity(checks, line.quantity, &line.index.to_string());
    }
    Some(lines)
}

fn check_attempt(checks: &mut Checks, attempt: i32) -> Option<i32> {
    if attempt < 1 {
        checks.add(ErrorCode::Invalid, "Attempts are counted from 1.", path(["attempt"]));
        return None;
    }
    Some(attempt)
}

fn check_quantity(checks: &mut Checks, quantity: i64, index: &str) -> Option<i64> {
    if (1..=MAX_QUANTITY).contains(&quantity) {
        return Some(quantity);
    }
    let message = format!("The quantity must be from 1 to {MAX_QUANTITY}.");
    checks.add(ErrorCode::InvalidQuantity, message, path(["lines", index, "quantity"]));
    None
}

/// The obstacles as user errors, at the places of the lines.
pub fn explain(obstacles: &[Obstacle]) -> Vec<UserError> {
    let explain = |obstacle: &Obstacle| match obstacle {
        Obstacle::NotOnSale(line) => {
            let at = path(["lines", &line.index.to_string(), "productId"]);
            problem(ErrorCode::ProductNotFound, "There is no such product on sale.", at).into()
        }
        Obstacle::Short(line, available) => short(line, *available),
        Obstacle::Currencies => {
            let message = "The products have prices in several currencies; order them separately.";
            problem(ErrorCode::CurrencyMismatch, message, path(["lines"])).into()
        }
    };
    obstacles.iter().map(explain).collect()
}

fn refuse(refusal: Refusal, allowed: &[ReservationState]) -> UserError {
    match refusal {
        Refusal::OtherLines => key_mismatch("attempt"),
        Refusal::State(from) => state(from, allowed),
    }
}
