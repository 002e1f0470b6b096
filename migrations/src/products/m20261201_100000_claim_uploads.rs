//! Until when an upload is reserved for the sender whose bytes are being stored, and an index on the images that were
//! never stored, so that those whose time is over are found.

use sea_orm_migration::{async_trait::async_trait, prelude::*, schema::timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let claimed =
            Table::alter().table("images").add_column(timestamp_with_time_zone_null("claimed_until")).to_owned();
        manager.alter_table(claimed).await?;
        let unstored = Index::create()
            .name("images_unstored")
            .table("images")
            .col("upload_until")
            .and_where(Expr::col("stored_at").is_null())
            .to_owned();
        manager.create_index(unstored).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("images_unstored").table("images").to_owned()).await?;
        manager.alter_table(Table::alter().table("images").drop_column("claimed_until").to_owned()).await
    }
}
