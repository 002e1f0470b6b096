//! What is deleted when it was done long ago: orders that products refused, which nobody has ever seen, and used idempotency keys.

use kit::{
    idempotency,
    jobs::{Retention, Rule, Worker},
};
use sea_orm::{
    Condition,
    sea_query::{Expr, ExprTrait as _},
};

use crate::shop::Shop;

/// With its items, payments and timeline. Its release was delivered long ago, or is a job that needs no order.
const REJECTED: Rule = Rule {
    table: "orders",
    key: &["id"],
    done_before: |time| {
        // Without parameters, so that the partial index is known to serve it.
        Condition::all().add(Expr::cust("status = 'REJECTED'")).add(Expr::col("updated_at").lt(time))
    },
    always_after: None,
};

pub(super) fn worker(shop: &Shop) -> Worker {
    Retention::new(shop.jobs(), shop.keep, [REJECTED, idempotency::RETENTION]).worker()
}
