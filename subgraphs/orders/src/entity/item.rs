//! A row of `order_items`.

use sea_orm::entity::prelude::*;

use crate::domain::{ItemId, OrderId, ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ItemId,
    pub order_id: OrderId,
    pub position: i32,
    pub product_id: ProductId,
    pub quantity: i32,
    pub title: Option<String>,
    pub unit_price_minor: Option<i64>,
    pub currency: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
