//! The table `withdrawn_access`.

use sea_orm::entity::prelude::*;

/// A `sid` whose access tokens are refused before their time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "withdrawn_access")]
pub struct Model {
    /// The `sid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub access_id: Uuid,
    /// When the last of its tokens has expired anyway.
    pub until: DateTimeUtc,
    /// Its place in the order of commits, from 1 on.
    pub position: i64,
}

/// It belongs to no other table: sessions may be swept before it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
