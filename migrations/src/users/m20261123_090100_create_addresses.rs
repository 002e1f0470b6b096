//! Addresses of accounts; at most one of an account is its default, by index.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, pk_uuid, text, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let addresses = Table::create()
            .table("addresses")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(text("recipient"))
            .col(text("line1"))
            .col(text_null("line2"))
            .col(text("city"))
            .col(text_null("region"))
            .col(text_null("postal_code"))
            .col(text("country_code"))
            .col(text_null("phone"))
            .col(boolean("is_default"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("addresses_user_id_fkey")
                    .from("addresses", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(addresses).await?;
        let by_user = Index::create().name("addresses_user_id").table("addresses").col("user_id").to_owned();
        manager.create_index(by_user).await?;
        let one_default = Index::create()
            .name("addresses_one_default")
            .table("addresses")
            .col("user_id")
            .unique()
            .and_where(Expr::col("is_default").eq(true))
            .to_owned();
        manager.create_index(one_default).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("addresses").to_owned()).await
    }
}
