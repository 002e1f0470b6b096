//! What stands below what, at any depth, and which products are in a category or below it: both so that no list has to
//! walk the tree. Programs that do not know them would leave them as they are, so there is no going back without `down`.

use sea_orm_migration::{
    async_trait::async_trait,
    prelude::*,
    schema::{small_integer, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A category stands below itself, at the depth 0.
const FILL_PATHS: &str = "INSERT INTO category_paths (ancestor_id, descendant_id, depth) \
    WITH RECURSIVE up (ancestor_id, descendant_id, depth) AS (\
      SELECT id, id, 0 FROM categories \
      UNION ALL \
      SELECT category.parent_id, up.descendant_id, up.depth + 1 FROM up \
      JOIN categories AS category ON category.id = up.ancestor_id WHERE category.parent_id IS NOT NULL) \
    SELECT ancestor_id, descendant_id, depth FROM up";

const FILL_MEMBERS: &str = "INSERT INTO category_members (category_id, product_id) \
    SELECT DISTINCT path.ancestor_id, link.product_id FROM product_categories AS link \
    JOIN category_paths AS path ON path.descendant_id = link.category_id \
    JOIN products AS product ON product.id = link.product_id WHERE product.archived_at IS NULL";

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let paths = Table::create()
            .table("category_paths")
            .col(uuid("descendant_id"))
            .col(uuid("ancestor_id"))
            // How many steps lead from one to the other.
            .col(small_integer("depth"))
            .primary_key(Index::create().col("descendant_id").col("ancestor_id"))
            .foreign_key(&mut reference("category_paths", "descendant_id", "categories"))
            .foreign_key(&mut reference("category_paths", "ancestor_id", "categories"))
            .to_owned();
        manager.create_table(paths).await?;
        let members = Table::create()
            .table("category_members")
            .col(uuid("category_id"))
            .col(uuid("product_id"))
            .primary_key(Index::create().col("category_id").col("product_id"))
            .foreign_key(&mut reference("category_members", "category_id", "categories"))
            .foreign_key(&mut reference("category_members", "product_id", "products"))
            .to_owned();
        manager.create_table(members).await?;
        let db = manager.get_connection();
        db.execute_unprepared(FILL_PATHS).await?;
        db.execute_unprepared(FILL_MEMBERS).await?;
        for (table, column) in [("category_paths", "ancestor_id"), ("category_members", "product_id")] {
            let index = Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("category_members").to_owned()).await?;
        manager.drop_table(Table::drop().table("category_paths").to_owned()).await
    }
}

/// What is said of a thing goes with it.
fn reference(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}"))
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
