//! The table `login_attempts`.

use sea_orm::entity::prelude::*;

/// How often somebody failed to log in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempts")]
pub struct Model {
    /// The account, unknown name or client address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// How many failures.
    pub failures: i32,
    /// When they are forgotten.
    pub window_ends_at: DateTimeUtc,
}

/// It belongs to no other table: unknown names are counted too.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
