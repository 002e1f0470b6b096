//! The table `signing_keys`.

use sea_orm::entity::prelude::*;

/// A key pair that signs access tokens, or did.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// The key's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// The private key, PKCS#8.
    pub pem: String,
    /// Whether it signs; at most one does, by index.
    pub is_active: bool,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it became the active one, if it ever did and that was noted down.
    pub active_at: Option<DateTimeUtc>,
}

/// It belongs to no other table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
