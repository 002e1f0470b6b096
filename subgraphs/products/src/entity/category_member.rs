//! Which product on sale is in which category, or below it.

use sea_orm::entity::prelude::*;

use crate::domain::{CategoryId, ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub category_id: CategoryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
