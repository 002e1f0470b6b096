//! What a product on sale is found by. The columns of its words are the database's business: see
//! [`repository::documents`](crate::repository).

use sea_orm::entity::prelude::*;

use crate::domain::ProductId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_documents")]
pub struct Model {
    /// Newer products have higher ones.
    #[sea_orm(primary_key)]
    pub number: i64,
    pub product_id: ProductId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
