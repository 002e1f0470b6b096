//! Slugs that products and categories had before they got the one they have, so that old addresses still lead to them.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{string, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The table, whose slugs it keeps, and the column that names one.
const TABLES: [(&str, &str, &str); 2] =
    [("former_product_slugs", "products", "product_id"), ("former_category_slugs", "categories", "category_id")];

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, owners, owner) in TABLES {
            let slugs = Table::create()
                .table(table)
                // A slug leads to one thing.
                .col(string("slug").primary_key())
                .col(uuid(owner))
                .foreign_key(
                    ForeignKey::create()
                        .name(format!("{table}_owner"))
                        .from(table, owner)
                        .to(owners, "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned();
            manager.create_table(slugs).await?;
            let by_owner = Index::create().name(format!("{table}_by_owner")).table(table).col(owner).to_owned();
            manager.create_index(by_owner).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, ..) in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
