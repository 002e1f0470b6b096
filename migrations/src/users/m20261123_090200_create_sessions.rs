//! Sessions: what a log-in begins and a log-out ends. `access_id` is what access tokens carry as `sid`; it is
//! replaced when a session's access tokens are withdrawn while the session itself goes on.

use sea_orm_migration::{
    prelude::*,
    schema::{pk_uuid, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Table::create()
            .table("sessions")
            .col(pk_uuid("id"))
            .col(uuid("user_id"))
            .col(uuid("access_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("sessions_user_id_fkey")
                    .from("sessions", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(sessions).await?;
        let by_user = Index::create().name("sessions_user_id").table("sessions").col("user_id").to_owned();
        manager.create_index(by_user).await?;
        let by_expiry = Index::create().name("sessions_expires_at").table("sessions").col("expires_at").to_owned();
        manager.create_index(by_expiry).await?;
        let by_access =
            Index::create().name("sessions_access_id").table("sessions").col("access_id").unique().to_owned();
        manager.create_index(by_access).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sessions").to_owned()).await
    }
}
