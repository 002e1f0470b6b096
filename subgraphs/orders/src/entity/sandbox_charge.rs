//! A row of `sandbox_charges`: the sandbox provider's books.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::domain::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_charges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: PaymentId,
    pub amount_minor: i64,
    pub currency: String,
    pub declined: Option<String>,
    pub refunded: bool,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
