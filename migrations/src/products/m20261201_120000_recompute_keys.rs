//! Titles and names are told apart by their text in NFC, without what nobody sees. Going back changes nothing: to the
//! older rule, these keys are keys like any others.

use sea_orm_migration::{async_trait::async_trait, prelude::*};

use crate::keys::{KeyColumn, key};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on_sale = KeyColumn {
            table: "products",
            text: "title",
            key: "title_key",
            rows: || Condition::all().add(Expr::col("archived_at").is_null()),
            unique: true,
            key_of: |title, _| key(title),
        };
        on_sale.recompute(manager).await?;
        let archived = KeyColumn {
            rows: || Condition::all().add(Expr::col("archived_at").is_not_null()),
            unique: false,
            ..on_sale
        };
        archived.recompute(manager).await?;
        let categories = KeyColumn {
            table: "categories",
            text: "name",
            key: "sibling_key",
            rows: Condition::all,
            unique: true,
            // The key begins with the parent's id, which no slash occurs in.
            key_of: |name, old| format!("{}/{}", old.split_once('/').map_or("", |(parent, _)| parent), key(name)),
        };
        categories.recompute(manager).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
