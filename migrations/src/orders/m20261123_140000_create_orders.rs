//! Orders, with the address they go to as it was when they were placed.
//!
//! The total is unknown until products has answered, and never changes afterwards. `attempt` says which hold on the
//! stock is the order's: the first one, or the one made again for money that came late.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer_null, integer, pk_uuid, string_len, string_len_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let priced = Expr::col("total_minor").is_not_null().and(Expr::col("currency").is_not_null());
        let table = Table::create()
            .table("orders")
            .col(pk_uuid("id"))
            .col(string_len("number", 16))
            .col(uuid("customer_id"))
            .col(string_len("status", 24))
            .col(big_integer_null("total_minor"))
            .col(string_len_null("currency", 3))
            .col(string_len("recipient", 200))
            .col(string_len("line1", 200))
            .col(string_len_null("line2", 200))
            .col(string_len("city", 200))
            .col(string_len_null("region", 200))
            .col(string_len_null("postal_code", 32))
            .col(string_len("country_code", 2))
            .col(string_len_null("phone", 40))
            .col(integer("attempt").default(1))
            .col(timestamp_with_time_zone_null("expires_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .col(integer("version").default(1))
            .check(Expr::col("total_minor").gte(0))
            .check(Expr::col("attempt").gte(1))
            .check(Expr::col("status").is_in(["PENDING", "REJECTED", "CANCELLED"]).or(priced))
            .to_owned();
        manager.create_table(table).await?;
        for index in [
            Index::create().name("orders_number").unique().col("number").to_owned(),
            Index::create().name("orders_of_customer").col("customer_id").col("created_at").col("id").to_owned(),
            Index::create().name("orders_by_date").col("created_at").col("id").to_owned(),
            Index::create().name("orders_by_expiry").col("status").col("expires_at").to_owned(),
        ] {
            manager.create_index(index.clone().table("orders").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("orders").to_owned()).await
    }
}
