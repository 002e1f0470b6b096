//! The timeline of an order: one row per change of its status, numbered by the order's version.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, string_len, string_len_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("transitions")
            .col(uuid("order_id"))
            .col(integer("version"))
            .col(string_len("status", 24))
            .col(timestamp_with_time_zone("at"))
            .col(string_len_null("reason", 500))
            .primary_key(Index::create().name("transitions_pk").col("order_id").col("version"))
            .foreign_key(
                ForeignKey::create()
                    .name("transitions_of_order")
                    .from("transitions", "order_id")
                    .to("orders", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("transitions").to_owned()).await
    }
}
