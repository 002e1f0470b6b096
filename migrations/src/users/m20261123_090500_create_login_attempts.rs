//! Failed log-ins per account and per client address, counted in the database because replicas share the bound.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, text, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let attempts = Table::create()
            .table("login_attempts")
            .col(text("subject").primary_key())
            .col(integer("failures"))
            .col(timestamp_with_time_zone("window_ends_at"))
            .to_owned();
        manager.create_table(attempts).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("login_attempts").to_owned()).await
    }
}
