//! Background jobs, by which what is over is deleted.

use sea_orm_migration::{async_trait::async_trait, prelude::*};

use crate::jobs;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jobs::create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jobs::drop(manager).await
    }
}
