//! What orders hold of the stock: one row per order, one line per order and product.
//!
//! The state lives on the order's row, so that HELD becomes exactly one of CONSUMED and RELEASED by one statement.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string, string_len, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("reservations")
                    .col(pk_uuid("order_id"))
                    .col(string_len("state", 10).check(Expr::col("state").is_in(["HELD", "CONSUMED", "RELEASED"])))
                    .col(integer("attempt").check(Expr::col("attempt").gte(1)))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_table(lines()).await?;
        let index = Index::create()
            .name("reservation_lines_product_id")
            .table("reservation_lines")
            .col("product_id")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("reservation_lines").to_owned()).await?;
        manager.drop_table(Table::drop().table("reservations").to_owned()).await
    }
}

fn lines() -> TableCreateStatement {
    Table::create()
        .table("reservation_lines")
        .col(uuid("order_id"))
        .col(uuid("product_id"))
        .col(integer("position"))
        .col(big_integer("quantity").check(Expr::col("quantity").gte(1)))
        // What was promised when the line was held: repeating the request gives the same answer.
        .col(string("title"))
        .col(big_integer("unit_price_minor"))
        .col(string_len("currency", 3))
        .primary_key(Index::create().col("order_id").col("product_id"))
        .foreign_key(
            ForeignKey::create()
                .name("reservation_lines_order")
                .from("reservation_lines", "order_id")
                .to("reservations", "order_id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("reservation_lines_product")
                .from("reservation_lines", "product_id")
                .to("products", "id")
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned()
}
