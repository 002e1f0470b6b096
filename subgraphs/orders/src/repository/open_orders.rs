//! What a customer holds unpaid, counted under a lock of that customer's own.

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Condition, Expr, ExprTrait as _, Func, IntoColumnRef as _, OnConflict, Query},
};

use super::corrupt;
use crate::domain::{OpenOrders, UserId, open_orders::OPEN};

/// Makes orders of one customer that are placed at the same moment follow each other: whoever holds the lock sees the
/// orders of all who held it before. It ends with the transaction.
///
/// The row is inserted, or updated to what it was: either locks it, in one statement on both databases. An advisory
/// lock would do on PostgreSQL only.
pub async fn lock_customer(db: &impl ConnectionTrait, customer: UserId) -> Result<(), DbErr> {
    let lock = Query::insert()
        .into_table("customers")
        .columns(["id"])
        .values_panic([customer.into()])
        .on_conflict(OnConflict::column("id").update_column("id").to_owned())
        .to_owned();
    db.execute(&lock).await.map(drop)
}

/// What the customer holds unpaid at `now`.
pub async fn of_customer(db: &impl ConnectionTrait, customer: UserId, now: DateTime<Utc>) -> Result<OpenOrders, DbErr> {
    let order = |column: &'static str| Expr::col(("orders", column));
    // The states are part of the text, because the partial index is found by comparing its condition with the text.
    let states = OPEN.map(|status| format!("'{status}'")).join(", ");
    let current = Condition::any().add(order("expires_at").is_null()).add(order("expires_at").gt(now));
    let count = Query::select()
        .expr_as(Func::count_distinct(order("id")), "orders")
        .expr_as(Func::coalesce([Func::sum(Expr::col(("order_items", "quantity"))).into(), Expr::val(0)]), "units")
        .from("orders")
        .left_join("order_items", Expr::col(("order_items", "order_id")).equals(("orders", "id").into_column_ref()))
        .and_where(order("customer_id").eq(customer))
        .and_where(Expr::cust(format!("orders.status IN ({states})")))
        .cond_where(current)
        .to_owned();
    let row = db.query_one(&count).await?.ok_or_else(|| corrupt("a count without a row"))?;
    let number = |column: &str| row.try_get::<i64>("", column).map(i64::unsigned_abs);
    Ok(OpenOrders { orders: number("orders")?, units: number("units")? })
}
