//! The row that readiness writes to.

use sea_orm_migration::prelude::*;

use crate::heartbeat;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        heartbeat::create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        heartbeat::drop(manager).await
    }
}
