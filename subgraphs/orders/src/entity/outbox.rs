//! A row of `outbox`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::domain::{MessageId, OrderId, PaymentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub order_id: OrderId,
    pub kind: String,
    pub attempt: i32,
    pub payment_id: Option<PaymentId>,
    pub tries: i32,
    pub next_try_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
