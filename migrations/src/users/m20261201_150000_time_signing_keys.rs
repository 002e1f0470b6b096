//! When a signing key became the active one. A key that is not active and never was is published only, until verifiers
//! have had time to learn of it; one that was active before is published until its tokens have expired.

use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let active_at =
            Table::alter().table("signing_keys").add_column(timestamp_with_time_zone_null("active_at")).to_owned();
        manager.alter_table(active_at).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("signing_keys").drop_column("active_at").to_owned()).await
    }
}
