//! The sandbox payment provider's own books. A real provider keeps them elsewhere; nothing here refers to the shop.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, pk_uuid, string_len, string_len_null, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("sandbox_charges")
            .col(pk_uuid("key"))
            .col(big_integer("amount_minor"))
            .col(string_len("currency", 3))
            .col(string_len_null("declined", 64))
            .col(boolean("refunded").default(false))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        manager.create_table(table).await?;
        let mut index = Index::create();
        index.name("sandbox_charges_by_date").table("sandbox_charges").col("created_at").col("key");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sandbox_charges").to_owned()).await
    }
}
