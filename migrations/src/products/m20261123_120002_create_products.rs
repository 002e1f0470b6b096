//! Products, the categories that they are in, and how many of each there are.
//!
//! Titles and slugs are unique among the products that are on sale: an archived one frees its own.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{
        big_integer, integer, pk_uuid, small_integer, string, string_len, text, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(products()).await?;
        let live = || Expr::col("archived_at").is_null();
        for column in ["title_key", "slug"] {
            let name = format!("products_{column}");
            let index = Index::create().name(name).table("products").col(column).unique().and_where(live()).to_owned();
            manager.create_index(index).await?;
        }
        for column in ["price_minor", "created_at", "updated_at"] {
            let name = format!("products_{column}");
            let index = Index::create().name(name).table("products").col(column).col("id").and_where(live()).to_owned();
            manager.create_index(index).await?;
        }
        manager.create_table(product_categories()).await?;
        let index = Index::create()
            .name("product_categories_category_id")
            .table("product_categories")
            .col("category_id")
            .col("product_id")
            .to_owned();
        manager.create_index(index).await?;
        manager.create_table(stock()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["stock", "product_categories", "products"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn products() -> TableCreateStatement {
    Table::create()
        .table("products")
        .col(pk_uuid("id"))
        .col(string("title"))
        .col(string("title_key"))
        .col(string("slug"))
        .col(text("description"))
        .col(big_integer("price_minor").check(Expr::col("price_minor").gte(0)))
        .col(string_len("currency", 3))
        // How many of the price's digits come after the point, so that amounts can be compared.
        .col(small_integer("price_digits"))
        .col(integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .to_owned()
}

fn product_categories() -> TableCreateStatement {
    Table::create()
        .table("product_categories")
        .col(uuid("product_id"))
        .col(uuid("category_id"))
        .primary_key(Index::create().col("product_id").col("category_id"))
        .foreign_key(
            ForeignKey::create()
                .name("product_categories_product")
                .from("product_categories", "product_id")
                .to("products", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            // A category with products cannot go: the refusal is the database's, not a check's.
            ForeignKey::create()
                .name("product_categories_category")
                .from("product_categories", "category_id")
                .to("categories", "id")
                .on_delete(ForeignKeyAction::NoAction),
        )
        .to_owned()
}

fn stock() -> TableCreateStatement {
    Table::create()
        .table("stock")
        .col(pk_uuid("product_id"))
        .col(big_integer("on_hand"))
        .col(big_integer("reserved").default(0))
        .check(("stock_not_negative", Expr::col("reserved").gte(0)))
        .check(("stock_not_oversold", Expr::col("reserved").lte(Expr::col("on_hand"))))
        .foreign_key(
            ForeignKey::create()
                .name("stock_product")
                .from("stock", "product_id")
                .to("products", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
