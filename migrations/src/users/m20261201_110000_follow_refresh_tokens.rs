//! What was given for a refresh token, and whether any of it was used: until then the token may be exchanged again.

use sea_orm_migration::{
    prelude::*,
    schema::{text_null, timestamp_with_time_zone_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "refresh_tokens";
const INDEXED: [(&str, &str); 2] =
    [("refresh_tokens_replaces", "replaces"), ("refresh_tokens_access_digest", "access_digest")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in
            [text_null("replaces"), text_null("access_digest"), timestamp_with_time_zone_null("access_used_at")]
        {
            manager.alter_table(Table::alter().table(TABLE).add_column(column).to_owned()).await?;
        }
        for (name, column) in INDEXED {
            manager.create_index(Index::create().name(name).table(TABLE).col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXED {
            manager.drop_index(Index::drop().name(name).table(TABLE).to_owned()).await?;
        }
        for column in ["replaces", "access_digest", "access_used_at"] {
            manager.alter_table(Table::alter().table(TABLE).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
