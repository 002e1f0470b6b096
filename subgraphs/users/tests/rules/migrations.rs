//! The database's history, forwards and backwards.

use ::migrations::users::Migrator;
use kit::testing::databases;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::{MigratorTrait as _, SchemaManager};
use users::Settings;

use crate::house::{House, PASSWORD};

const TABLES: [&str; 8] = [
    "users",
    "addresses",
    "sessions",
    "refresh_tokens",
    "withdrawn_access",
    "withdrawal_counter",
    "login_attempts",
    "signing_keys",
];

#[tokio::test]
async fn up_and_down_and_up() {
    for store in databases().await {
        let db = store.database.connection();
        let manager = SchemaManager::new(db);
        for there in [true, false, true] {
            if there {
                Migrator::up(db, None).await.unwrap();
            } else {
                Migrator::down(db, None).await.unwrap();
            }
            for table in TABLES {
                assert_eq!(manager.has_table(table).await.unwrap(), there, "{table} on {}", store.name);
            }
        }
        House::on(store, Settings::default()).await.customer("ada").await;
    }
}

/// The migration that computes keys anew, once more.
async fn recompute(house: &House) {
    let db = house.store.database.connection();
    let forget = "DELETE FROM users_migrations WHERE version = 'm20261201_090000_recompute_keys'";
    assert_eq!(db.execute_unprepared(forget).await.unwrap().rows_affected(), 1);
    Migrator::up(db, None).await.unwrap();
}

#[tokio::test]
async fn stored_names_get_the_keys_of_today_and_collisions_are_kept() {
    for house in House::all().await {
        let db = house.store.database.connection();
        let old = async |name: &str, text: &str, key: &str| {
            house.customer(name).await;
            let set = format!("UPDATE users SET username = '{text}', username_key = '{key}' WHERE username = '{name}'");
            assert_eq!(db.execute_unprepared(&set).await.unwrap().rows_affected(), 1);
        };
        // Hangul in both forms, which could be registered side by side, and a name that nobody else has.
        old("one", "\u{1112}\u{1161}\u{11ab}nim", "\u{1112}\u{1161}\u{11ab}nim").await;
        old("two", "\u{d55c}nim", "\u{d55c}nim").await;
        old("three", "\u{1100}\u{1161}nim", "\u{1100}\u{1161}nim").await;
        assert_eq!(house.login("\u{ac00}nim", PASSWORD).await.user_error_codes("login"), ["INVALID_CREDENTIALS"]);
        recompute(&house).await;
        house.tokens("\u{ac00}nim").await;
        house.tokens("\u{1100}\u{1161}NIM").await;
        // The second keeps its key, so the name leads to it, and the first to its e-mail address only.
        house.tokens("\u{d55c}nim").await;
        house.tokens("one@example.org").await;
        recompute(&house).await;
    }
}
