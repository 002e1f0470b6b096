//! Attempts to pay. An order has at most one that is open or took money: that is an index, not a check in code.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, pk_uuid, string_len, string_len_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("payments")
            .col(pk_uuid("id"))
            .col(uuid("order_id"))
            .col(string_len("status", 16))
            .col(big_integer("amount_minor"))
            .col(string_len("currency", 3))
            .col(big_integer("refunded_minor").default(0))
            .col(string_len_null("failure_code", 64))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .check(Expr::col("amount_minor").gte(0))
            .check(Expr::col("refunded_minor").gte(0).and(Expr::col("refunded_minor").lte(Expr::col("amount_minor"))))
            .foreign_key(
                ForeignKey::create()
                    .name("payments_of_order")
                    .from("payments", "order_id")
                    .to("orders", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            Index::create().name("payments_by_order").col("order_id").col("created_at").to_owned(),
            Index::create().name("payments_by_status").col("status").col("created_at").to_owned(),
            Index::create()
                .name("payments_one_open_or_taken")
                .unique()
                .col("order_id")
                .and_where(Expr::col("status").is_in(["PENDING", "SUCCEEDED", "REFUNDED"]))
                .to_owned(),
        ] {
            manager.create_index(index.clone().table("payments").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("payments").to_owned()).await
    }
}
