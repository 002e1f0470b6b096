//! What an order is about: one row per product, title and price as products said them when it held the stock.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, integer, pk_uuid, string_len_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("order_items")
            .col(pk_uuid("id"))
            .col(uuid("order_id"))
            .col(integer("position"))
            .col(uuid("product_id"))
            .col(integer("quantity"))
            .col(string_len_null("title", 500))
            .col(big_integer_null("unit_price_minor"))
            .col(string_len_null("currency", 3))
            .check(Expr::col("quantity").gt(0))
            .check(Expr::col("unit_price_minor").gte(0))
            .foreign_key(
                ForeignKey::create()
                    .name("order_items_of_order")
                    .from("order_items", "order_id")
                    .to("orders", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            Index::create().name("order_items_position").unique().col("order_id").col("position").to_owned(),
            Index::create().name("order_items_product").unique().col("order_id").col("product_id").to_owned(),
        ] {
            manager.create_index(index.clone().table("order_items").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("order_items").to_owned()).await
    }
}
