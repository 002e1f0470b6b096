//! What is deleted when it was done long ago: released reservations, and used idempotency keys.

use std::time::Duration;

use kit::{
    idempotency,
    jobs::{Keep, Queue, Retention, Rule, Worker},
};
use sea_orm::{
    Condition,
    sea_query::{Expr, ExprTrait as _},
};

/// How often is looked for work that is due about once an hour.
pub const PAUSE: Duration = Duration::from_mins(10);

/// With its lines. What is left of a release is a mark that keeps a late `reserve` of the same attempt from holding stock;
/// no request is on its way for days. Consumed reservations stay: they say where the stock went.
const RELEASED: Rule = Rule {
    table: "reservations",
    key: &["order_id"],
    done_before: |time| {
        // Without parameters, so that the partial index is known to serve it.
        Condition::all().add(Expr::cust("state = 'RELEASED'")).add(Expr::col("updated_at").lt(time))
    },
    always_after: None,
};

/// The worker that deletes it.
pub fn worker(jobs: Queue, keep: Keep) -> Worker {
    Retention::new(jobs, keep, [RELEASED, idempotency::RETENTION]).worker()
}
