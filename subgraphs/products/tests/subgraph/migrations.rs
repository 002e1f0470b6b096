//! The database's history, forwards and backwards.

use kit::Database;
use migrations::products::Migrator;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigratorTrait as _;
use serde_json::json;

use crate::shop::{refused, shops};

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    for shop in shops().await {
        let connection = shop.database.schema();
        shop.add("Chair", "1.00", 1).await;
        Migrator::down(connection, None).await.unwrap();
        Migrator::up(connection, None).await.unwrap();
        shop.add("Chair", "1.00", 1).await;
        assert_eq!(shop.titles("").await, ["Chair"], "{}", shop.name);
        // A second process that starts finds nothing to do.
        let other = Database::connect(&shop.url).await.unwrap();
        kit::database::migrate::<Migrator>(&other).await.unwrap();
    }
}

#[tokio::test]
async fn stored_titles_get_the_keys_of_today_and_collisions_are_kept() {
    for shop in shops().await {
        let db = shop.database.schema();
        let run = async |sql: &str| assert_eq!(db.execute_unprepared(sql).await.unwrap().rows_affected(), 1, "{sql}");
        let old = async |table: &str, text: &str, key: &str, name: &str, new: &str, new_key: &str| {
            run(&format!("UPDATE {table} SET {text} = '{new}', {key} = '{new_key}' WHERE {text} = '{name}'")).await;
        };
        for title in ["One", "Two", "Three", "Gone"] {
            shop.add(title, "1.00", 1).await;
        }
        let cafe = "Cafe\u{301}";
        old("products", "title", "title_key", "One", cafe, "cafe\u{301}").await;
        old("products", "title", "title_key", "Two", "Caf\u{e9}", "caf\u{e9}").await;
        old("products", "title", "title_key", "Three", "The\u{301}", "the\u{301}").await;
        run("UPDATE products SET title = 'Caf\u{e9}', title_key = 'cafe\u{301}', archived_at = created_at \
            WHERE title = 'Gone'")
        .await;
        let parent = shop.category("Drinks", None).await;
        shop.category("Tea", Some(&parent["id"])).await;
        let id = parent["id"].as_str().unwrap();
        old("categories", "name", "sibling_key", "Tea", "The\u{301}", &format!("{id}/the\u{301}")).await;

        run("DELETE FROM products_migrations WHERE version = 'm20261201_120000_recompute_keys'").await;
        Migrator::up(db, None).await.unwrap();

        let find = async |text: &str| shop.titles(&format!("where: {{title: {{eq: \"{text}\"}}}}")).await;
        assert_eq!(find("TH\u{c9}").await, ["The\u{301}"], "{}", shop.name);
        // The one that had the key already keeps it, and so does the other its own.
        assert_eq!(find(cafe).await, ["Caf\u{e9}"]);
        assert_eq!(shop.titles("").await.len(), 3);
        let answer = shop.mutate("addCategory", "category { id }", json!({"name": "th\u{e9}", "parentId": id})).await;
        refused(&answer, "addCategory", "TAKEN", "input.name");
    }
}
