//! One row for each category and each that it stands below, itself included.

use sea_orm::entity::prelude::*;

use crate::domain::CategoryId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category_paths")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub descendant_id: CategoryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ancestor_id: CategoryId,
    pub depth: i16,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
