//! Accounts. Names and addresses are unique without regard to case: the `_key` columns hold the folded form,
//! because no two databases agree on what `lower()` does beyond ASCII.

use sea_orm_migration::{
    prelude::*,
    schema::{integer, pk_uuid, text, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(pk_uuid("id"))
            .col(text("username"))
            .col(text("username_key"))
            .col(text("email"))
            .col(text("email_key"))
            .col(text("name"))
            .col(text("password_hash"))
            .col(text("roles"))
            .col(integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        manager.create_table(users).await?;
        for (name, column) in [("users_username_key", "username_key"), ("users_email_key", "email_key")] {
            let index = Index::create().name(name).table("users").col(column).unique().to_owned();
            manager.create_index(index).await?;
        }
        let by_date = Index::create().name("users_created_at").table("users").col("created_at").col("id").to_owned();
        manager.create_index(by_date).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("users").to_owned()).await
    }
}
