//! The table `addresses`.

use sea_orm::entity::prelude::*;

use crate::domain::{AddressId, UserId};

/// An entry of an address book.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "addresses")]
pub struct Model {
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddressId,
    /// Whose.
    pub user_id: UserId,
    /// Who receives the parcel.
    pub recipient: String,
    /// The first line.
    pub line1: String,
    /// The second line.
    pub line2: Option<String>,
    /// The town.
    pub city: String,
    /// State or province.
    pub region: Option<String>,
    /// ZIP and the like.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: String,
    /// For the courier.
    pub phone: Option<String>,
    /// At most one of an account, by index.
    pub is_default: bool,
    /// Grows with each change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// What follows from the foreign keys is asked for by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
