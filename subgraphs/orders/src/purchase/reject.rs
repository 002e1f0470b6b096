//! An order that products refused: the customer learns why and can try again, the row stays for the audit.

use kit::user_error::Problem;

use super::present;
use crate::{
    domain::{Basket, Effect, Order},
    outbox,
    refusal::{Denied, ErrorCode, Refusal},
    remote::Reason,
    repository,
    shop::Shop,
};

/// Rejects the order and frees its key. Where another request or the reconciler has taken the order on in the meantime,
/// that counts: what products said may be about an order that was given up already.
pub(super) async fn reject(shop: &Shop, order: &Order, refusals: Vec<Refusal>) -> Result<Order, Denied> {
    let reason = refusals.first().map_or_else(String::new, message);
    let tx = shop.database.begin_write().await?;
    let step = order.reject(&reason)?;
    if repository::order::advance(&tx, order, &step, &shop.clock).await?.is_none() {
        tx.rollback().await?;
        return present(shop, order.id).await;
    }
    repository::key::forget_placement(&tx, order.id).await?;
    tx.commit().await?;
    outbox::deliver(shop, order.id, Effect::Release).await;
    Err(refusals.into())
}

fn message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Input(problem)
        | Refusal::Idempotency(problem)
        | Refusal::Stock { problem, .. }
        | Refusal::State { problem, .. }
        | Refusal::PaymentState { problem, .. }
        | Refusal::Total { problem, .. } => problem.message.chars().take(400).collect(),
    }
}

/// What products said, in the customer's terms: its lines are merged, the customer's may not have been.
pub(super) fn refusals(reasons: &[Reason], basket: &Basket) -> Vec<Refusal> {
    reasons.iter().map(|reason| refusal(reason, basket)).collect()
}

fn refusal(reason: &Reason, basket: &Basket) -> Refusal {
    let code = match reason.code.as_str() {
        "INSUFFICIENT_STOCK" => ErrorCode::InsufficientStock,
        "PRODUCT_NOT_FOUND" => ErrorCode::ProductNotFound,
        "CURRENCY_MISMATCH" => ErrorCode::CurrencyMismatch,
        "INVALID_QUANTITY" => ErrorCode::InvalidQuantity,
        "INVALID_ID" => ErrorCode::InvalidId,
        _ => ErrorCode::InvalidState,
    };
    let mut path = vec!["input".to_owned(), "items".to_owned()];
    let by_place = reason.place().and_then(|(index, field)| Some((basket.lines().get(index)?.first, field)));
    let by_product = || reason.product_id.and_then(|product| Some((basket.first_index_of(product)?, "quantity")));
    if let Some((first, field)) = by_place.or_else(by_product) {
        path.extend([first.to_string(), field.to_owned()]);
    }
    let problem = Problem::new(code, reason.message.clone()).at(path);
    match (reason.product_id, reason.requested, reason.available) {
        (Some(product), Some(requested), Some(available)) => Refusal::Stock { problem, product, requested, available },
        _ => Refusal::Input(problem),
    }
}
