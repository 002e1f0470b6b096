//! How large the pictures are, so that a page knows it before it has them. What older programs store gets its size when
//! somebody asks for it.

use sea_orm_migration::{async_trait::async_trait, prelude::*, schema::integer_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// One statement each: SQLite adds and drops one column at a time.
const COLUMNS: [&str; 3] = ["width", "height", "frames"];

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            manager.alter_table(Table::alter().table("images").add_column(integer_null(column)).to_owned()).await?;
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
