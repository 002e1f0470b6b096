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
async fn what_is_kept_beside_products_is_filled_from_what_is_there() {
    for shop in shops().await {
        let above = shop.category("Über Böden", None).await;
        let below = shop.category("Holz", Some(&above["id"])).await;
        for (title, category) in [("Chêne Chair", &below), ("Old Łamp", &above), ("Archived Chair", &below)] {
            let price = crate::shop::price("1.00");
            let input =
                json!({"title": title, "description": "It's sturdy.", "price": price, "categoryIds": [category["id"]]});
            shop.add_with(input).await;
        }
        shop.add("Newest chair", "1.00", 1).await;
        let db = shop.database.schema();
        db.execute_unprepared("UPDATE products SET archived_at = created_at WHERE title = 'Archived Chair'")
            .await
            .unwrap();
        let names: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let place = names.iter().position(|name| name == "m20261201_180100_create_category_paths").unwrap();
        Migrator::down(db, Some(u32::try_from(names.len() - place).unwrap())).await.unwrap();
        Migrator::up(db, None).await.unwrap();
        let under = format!("where: {{category: {{under: {}}}}}", above["id"]);
        assert_eq!(shop.titles(&under).await, ["Chêne Chair", "Old Łamp"], "{}", shop.name);
        for (text, expected) in [
            ("chair", vec!["Newest chair", "Chêne Chair"]),
            ("chene boden holz its sturdy", vec!["Chêne Chair"]),
            ("lam", vec!["Old Łamp"]),
            ("uber", vec!["Old Łamp", "Chêne Chair"]),
        ] {
            let found = shop.titles(&format!("where: {{search: \"{text}\"}}")).await;
            assert_eq!(found, expected, "{text} on {}", shop.name);
        }
        // What was filled is kept like what was written.
        let input = json!({"id": above["id"], "name": "Floors"});
        shop.mutate("updateCategory", "category { id }", input).await.payload("updateCategory");
        assert_eq!(shop.titles("where: {search: \"floors chair\"}").await, ["Chêne Chair"], "{}", shop.name);
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
