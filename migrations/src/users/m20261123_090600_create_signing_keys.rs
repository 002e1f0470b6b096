//! Keys that sign access tokens, where the operator gave none: in the database, because replicas share them. One of
//! them is active, by index; the others are only still published.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, text, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table("signing_keys")
            .col(text("kid").primary_key())
            .col(text("pem"))
            .col(boolean("is_active"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        manager.create_table(keys).await?;
        let one_active = Index::create()
            .name("signing_keys_one_active")
            .table("signing_keys")
            .col("is_active")
            .unique()
            .and_where(Expr::col("is_active").eq(true))
            .to_owned();
        manager.create_index(one_active).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("signing_keys").to_owned()).await
    }
}
