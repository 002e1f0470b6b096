//! What an upload must know to be repeated: the digest of the bytes that came, and, for those who ask for the same permission
//! again, its secret.

use sea_orm_migration::{async_trait::async_trait, prelude::*, schema::string_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// One statement each: SQLite adds and drops one column at a time.
const COLUMNS: [&str; 2] = ["sent_digest", "upload_secret"];

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("images").add_column(string_null(column)).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("images").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
