//! The keys of stock corrections that were made, each kept in the transaction of its correction.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{string_len, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("idempotency")
                    .col(uuid("actor"))
                    .col(string_len("mutation", 64))
                    .col(string_len("key", 255))
                    .col(string_len("fingerprint", 64))
                    .col(uuid_null("reference"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("actor").col("mutation").col("key"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("idempotency").to_owned()).await
    }
}
