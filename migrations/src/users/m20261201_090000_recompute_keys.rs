//! User names and e-mail addresses are told apart by their text in NFC, without what nobody sees. Going back changes
//! nothing: to the older rule, these keys are keys like any others.

use sea_orm_migration::prelude::*;

use crate::keys::{KeyColumn, key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (text, key_column) in [("username", "username_key"), ("email", "email_key")] {
            let column = KeyColumn {
                table: "users",
                text,
                key: key_column,
                rows: Condition::all,
                unique: true,
                key_of: |text, _| key(text),
            };
            column.recompute(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
