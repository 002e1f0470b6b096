//! Idempotency keys, stored with the effects that they stand for, as `kit::idempotency` reads and writes them; by age for those
//! that are old enough to be deleted.

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("idempotency")
            .col(uuid("actor"))
            .col(string_len("mutation", 64))
            .col(string_len("key", 255))
            .col(string_len("fingerprint", 64))
            .col(uuid_null("reference"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().name("idempotency_pk").col("actor").col("mutation").col("key"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create().name("idempotency_by_age").table("idempotency").col("created_at").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("idempotency").to_owned()).await
    }
}
