//! The table `heartbeat`, with one row that readiness writes to. Once a migration that calls this has landed, it changes no
//! more.

use sea_orm_migration::{
    prelude::*,
    schema::{small_integer, timestamp_with_time_zone},
};

/// Makes the table.
pub async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let heartbeat = Table::create()
        .table("heartbeat")
        .if_not_exists()
        .col(small_integer("id").primary_key())
        .col(timestamp_with_time_zone("beaten_at"))
        .to_owned();
    manager.create_table(heartbeat).await
}

/// Drops it.
pub async fn drop(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table("heartbeat").if_exists().to_owned()).await
}
