//! The table `users`.

use sea_orm::entity::prelude::*;

use crate::domain::UserId;

/// An account with its secrets.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// As chosen.
    pub username: String,
    /// Folded, unique.
    pub username_key: String,
    /// As given.
    pub email: String,
    /// Folded, unique.
    pub email_key: String,
    /// What to call the person.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// Names separated by blanks: they are always read with the account, so they cost no statement of their own.
    pub roles: String,
    /// Grows with each change.
    pub version: i32,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// What follows from the foreign keys is asked for by hand.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
