//! Background jobs, and indexes for what is old enough to be deleted by one of them: idempotency keys, and reservations
//! that were released.

use sea_orm_migration::{async_trait::async_trait, prelude::*};

use crate::jobs;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        jobs::create(manager).await?;
        let keys = Index::create().name("idempotency_by_age").table("idempotency").col("created_at").to_owned();
        manager.create_index(keys).await?;
        let released = Index::create()
            .name("reservations_released")
            .table("reservations")
            .col("updated_at")
            .and_where(Expr::cust("state = 'RELEASED'"))
            .to_owned();
        manager.create_index(released).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("reservations_released").table("reservations").to_owned()).await?;
        manager.drop_index(Index::drop().name("idempotency_by_age").table("idempotency").to_owned()).await?;
        jobs::drop(manager).await
    }
}
