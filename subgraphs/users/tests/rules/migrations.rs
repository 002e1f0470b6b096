//! The database's history, forwards and backwards.

use ::migrations::users::Migrator;
use kit::testing::databases;
use sea_orm_migration::{MigratorTrait as _, SchemaManager};
use users::Settings;

use crate::house::House;

const TABLES: [&str; 7] =
    ["users", "addresses", "sessions", "refresh_tokens", "withdrawn_access", "login_attempts", "signing_keys"];

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
