//! One row for each account that has ever placed an order. It says nothing of the account, which is users' own; it is
//! there to be locked, so that orders which one customer places at the same moment are counted one after the other.

use sea_orm_migration::{prelude::*, schema::pk_uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(Table::create().table("customers").col(pk_uuid("id")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("customers").to_owned()).await
    }
}
