//! Payments. That an order has at most one that is open or took money is an index's word, not ours.

use chrono::{DateTime, Utc};
use kit::{id::Kind as _, jobs::no_open_job};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};

use super::{corrupt, money};
use crate::{
    domain::{OrderId, Outcome, Payment, PaymentId, PaymentStatus, ids::PaymentKind},
    entity::payment::{ActiveModel, Column, Entity, Model},
};

/// Stores a new payment. `false`: the order has one already that is open or took money.
pub async fn insert(db: &impl ConnectionTrait, payment: &Payment) -> Result<bool, DbErr> {
    let row = ActiveModel {
        id: Set(payment.id),
        order_id: Set(payment.order),
        status: Set(payment.status.to_string()),
        amount_minor: Set(payment.amount.minor),
        currency: Set(payment.amount.currency.code().to_owned()),
        refunded_minor: Set(0),
        failure_code: Set(payment.failure_code.clone()),
        created_at: Set(payment.created_at),
        updated_at: Set(payment.updated_at),
    };
    match Entity::insert(row).exec_without_returning(db).await {
        Ok(_) => Ok(true),
        Err(error) if kit::database::is_unique(&error, "payments_one_open_or_taken", "payments.order_id") => Ok(false),
        Err(error) => Err(error),
    }
}

/// One payment.
pub async fn by_id(db: &impl ConnectionTrait, id: PaymentId) -> Result<Option<Payment>, DbErr> {
    Entity::find_by_id(id).one(db).await?.map(domain).transpose()
}

/// The payment of an order that is open or took money.
pub async fn open_or_taken(db: &impl ConnectionTrait, order: OrderId) -> Result<Option<Payment>, DbErr> {
    let rows = Entity::find().filter(Column::OrderId.eq(order)).filter(Column::Status.ne("FAILED"));
    rows.one(db).await?.map(domain).transpose()
}

/// The payments of all these orders, oldest first.
pub async fn of_orders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Payment>, DbErr> {
    let rows = Entity::find().filter(Column::OrderId.is_in(orders.iter().copied()));
    rows.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?.into_iter().map(domain).collect()
}

/// Those of these payments that there are.
pub async fn existing(db: &impl ConnectionTrait, ids: &[PaymentId]) -> Result<Vec<PaymentId>, DbErr> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    rows.select_only().column(Column::Id).into_tuple().all(db).await
}

/// Whether any payment took money.
pub async fn any_taken(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let taken = Entity::find().filter(Column::Status.eq(PaymentStatus::Succeeded.as_str()));
    Ok(taken.limit(1).one(db).await?.is_some())
}

/// Corrects a payment that is `from` by what the provider has in its books, beside the table of transitions. `false`: it is
/// something else by now.
pub async fn correct(
    db: &impl ConnectionTrait,
    id: PaymentId,
    from: PaymentStatus,
    to: PaymentStatus,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let refunded = if to == PaymentStatus::Refunded { Expr::col(Column::AmountMinor) } else { Expr::val(0) };
    let changes = ActiveModel {
        status: Set(to.to_string()),
        failure_code: Set((to == PaymentStatus::Failed).then(|| NOT_CHARGED.to_owned())),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    let same = Column::Id.eq(id).and(Column::Status.eq(from.as_str()));
    let update = Entity::update_many().set(changes).col_expr(Column::RefundedMinor, refunded).filter(same);
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// The failure code of a payment for which the provider turns out to have taken no money.
const NOT_CHARGED: &str = "NOT_CHARGED";

/// Payments about which nobody has known anything since before `time`, and about which there is no job of `topic`.
pub async fn open_since(
    db: &impl ConnectionTrait,
    time: DateTime<Utc>,
    topic: &str,
    limit: u64,
) -> Result<Vec<PaymentId>, DbErr> {
    let rows = Entity::find().filter(Column::Status.eq(PaymentStatus::Pending.as_str()));
    let rows = rows.filter(Column::CreatedAt.lte(time));
    let rows = rows.filter(no_open_job(db.get_database_backend(), topic, PaymentKind::PREFIX, "payments", "id"));
    let rows = rows.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit);
    rows.select_only().column(Column::Id).into_tuple().all(db).await
}

/// Ends a PENDING payment. `false`: somebody else has ended it.
pub async fn settle(
    db: &impl ConnectionTrait,
    id: PaymentId,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changes = ActiveModel {
        status: Set(outcome.status().to_string()),
        failure_code: Set(outcome.failure_code().map(str::to_owned)),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    let open = Column::Status.eq(PaymentStatus::Pending.as_str());
    let updated = Entity::update_many().set(changes).filter(Column::Id.eq(id)).filter(open).exec(db).await?;
    Ok(updated.rows_affected == 1)
}

/// The provider confirmed that all the money of a SUCCEEDED payment went back. Repeating it changes nothing.
pub async fn refunded(db: &impl ConnectionTrait, id: PaymentId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let changes = ActiveModel {
        status: Set(PaymentStatus::Refunded.to_string()),
        updated_at: Set(now),
        ..ActiveModel::default()
    };
    let taken = Column::Status.eq(PaymentStatus::Succeeded.as_str());
    Entity::update_many()
        .set(changes)
        .col_expr(Column::RefundedMinor, Expr::col(Column::AmountMinor))
        .filter(Column::Id.eq(id))
        .filter(taken)
        .exec(db)
        .await
        .map(drop)
}

fn domain(row: Model) -> Result<Payment, DbErr> {
    Ok(Payment {
        id: row.id,
        order: row.order_id,
        status: row.status.parse().map_err(corrupt)?,
        amount: money(row.amount_minor, &row.currency)?,
        failure_code: row.failure_code,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
