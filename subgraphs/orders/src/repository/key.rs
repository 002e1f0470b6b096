//! Idempotency keys, seen from the effect that they stand for.

use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait as _, Query},
};

use crate::domain::OrderId;

/// Frees the key with which an order was placed, whatever it was.
pub async fn forget_placement(db: &impl ConnectionTrait, order: OrderId) -> Result<(), DbErr> {
    let keys = Query::delete()
        .from_table("idempotency")
        .and_where(Expr::col("mutation").eq("placeOrder"))
        .and_where(Expr::col("reference").eq(order.uuid()))
        .to_owned();
    db.execute(&keys).await.map(drop)
}
