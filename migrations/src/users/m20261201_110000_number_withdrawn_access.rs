//! Numbers what is withdrawn in the order in which it is committed, so that other processes can follow it.
//!
//! A sequence would not do: transactions take its numbers in one order and commit in another, and who reads up to the
//! highest number that is visible would miss what commits later under a lower one. So the numbers come from a row that a
//! transaction holds from when it takes one until it commits.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, small_integer},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let counter = Table::create()
            .table("withdrawal_counter")
            .col(small_integer("id").primary_key())
            .col(big_integer("last"))
            .to_owned();
        manager.create_table(counter).await?;
        let row = Query::insert()
            .into_table("withdrawal_counter")
            .columns(["id", "last"])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.exec_stmt(row).await?;
        let position =
            Table::alter().table("withdrawn_access").add_column(big_integer("position").default(0)).to_owned();
        manager.alter_table(position).await?;
        let db = manager.get_connection();
        // What was withdrawn before comes first, in any order.
        db.execute_unprepared(
            "UPDATE withdrawn_access SET position = \
             (SELECT count(*) FROM withdrawn_access AS other WHERE other.access_id <= withdrawn_access.access_id)",
        )
        .await?;
        db.execute_unprepared("UPDATE withdrawal_counter SET last = (SELECT count(*) FROM withdrawn_access)").await?;
        let by_position =
            Index::create().name("withdrawn_access_position").table("withdrawn_access").col("position").to_owned();
        manager.create_index(by_position).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("withdrawn_access_position").table("withdrawn_access").to_owned())
            .await?;
        manager.alter_table(Table::alter().table("withdrawn_access").drop_column("position").to_owned()).await?;
        manager.drop_table(Table::drop().table("withdrawal_counter").to_owned()).await
    }
}
