//! Used refresh tokens by age, for those that are old enough to be deleted while their session goes on.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let used = Index::create()
            .name("refresh_tokens_used")
            .table("refresh_tokens")
            .col("used_at")
            .and_where(Expr::col("used_at").is_not_null())
            .to_owned();
        manager.create_index(used).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("refresh_tokens_used").table("refresh_tokens").to_owned()).await
    }
}
