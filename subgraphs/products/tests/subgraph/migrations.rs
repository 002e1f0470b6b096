//! The database's history, forwards and backwards.

use kit::Database;
use migrations::products::Migrator;
use sea_orm_migration::MigratorTrait as _;

use crate::shop::shops;

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    for shop in shops().await {
        let connection = shop.database.connection();
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
