//! Categories form a forest; every change of its shape first updates the single row of `category_tree`, so that two
//! moves that would close a circle together cannot run side by side.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{big_integer, integer, pk_uuid, string, text, timestamp_with_time_zone, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("categories")
                    .col(pk_uuid("id"))
                    .col(uuid_null("parent_id"))
                    .col(string("name"))
                    // The parent and the normalised name: siblings differ by more than case.
                    .col(string("sibling_key"))
                    .col(string("slug"))
                    .col(text("description"))
                    .col(integer("version").default(1))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("categories_parent")
                            .from("categories", "parent_id")
                            .to("categories", "id")
                            .on_delete(ForeignKeyAction::NoAction),
                    )
                    .to_owned(),
            )
            .await?;
        for column in ["slug", "sibling_key"] {
            let index = Index::create()
                .name(format!("categories_{column}"))
                .table("categories")
                .col(column)
                .unique()
                .to_owned();
            manager.create_index(index).await?;
        }
        let index = Index::create().name("categories_parent_id").table("categories").col("parent_id").to_owned();
        manager.create_index(index).await?;
        manager
            .create_table(
                Table::create()
                    .table("category_tree")
                    .col(integer("id").primary_key().check(Expr::col("id").eq(1)))
                    .col(big_integer("revision"))
                    .to_owned(),
            )
            .await?;
        let row = Query::insert()
            .into_table("category_tree")
            .columns(["id", "revision"])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.execute(row).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("category_tree").to_owned()).await?;
        manager.drop_table(Table::drop().table("categories").to_owned()).await
    }
}
