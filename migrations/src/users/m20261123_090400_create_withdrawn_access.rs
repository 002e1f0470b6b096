//! The `sid`s whose access tokens were withdrawn before their time, until the last such token has expired. A
//! process that starts again reads them back, so that a restart revives nothing.

use sea_orm_migration::{
    prelude::*,
    schema::{pk_uuid, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let withdrawn = Table::create()
            .table("withdrawn_access")
            .col(pk_uuid("access_id"))
            .col(timestamp_with_time_zone("until"))
            .to_owned();
        manager.create_table(withdrawn).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("withdrawn_access").to_owned()).await
    }
}
