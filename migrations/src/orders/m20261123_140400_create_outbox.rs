//! What must still be said to others because of something that was committed here, until they have heard it.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("outbox")
            .col(pk_uuid("id"))
            .col(uuid("order_id"))
            .col(string_len("kind", 16))
            .col(integer("attempt"))
            .col(uuid_null("payment_id"))
            .col(integer("tries").default(0))
            .col(timestamp_with_time_zone("next_try_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("delivered_at"))
            .check(Expr::col("kind").is_in(["CONSUME", "RELEASE", "REFUND"]))
            .foreign_key(
                ForeignKey::create()
                    .name("outbox_of_order")
                    .from("outbox", "order_id")
                    .to("orders", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            Index::create().name("outbox_by_order").col("order_id").to_owned(),
            Index::create()
                .name("outbox_due")
                .col("next_try_at")
                .and_where(Expr::col("delivered_at").is_null())
                .to_owned(),
        ] {
            manager.create_index(index.clone().table("outbox").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("outbox").to_owned()).await
    }
}
