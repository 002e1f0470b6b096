//! The database goes up, down and up again.

use kit::testing::databases;
use migrations::orders::Migrator;
use sea_orm_migration::MigratorTrait;

#[tokio::test]
async fn migrations_go_up_down_and_up() {
    for test in databases().await {
        let db = test.database.connection();
        Migrator::up(db, None).await.unwrap();
        Migrator::down(db, None).await.unwrap();
        assert!(
            orders::seed_demo(&test.database, &kit::Clock::system()).await.is_err(),
            "{}: no table is left",
            test.name
        );
        Migrator::up(db, None).await.unwrap();
        kit::database::migrate::<Migrator>(&test.database).await.unwrap();
        assert!(orders::seed_demo(&test.database, &kit::Clock::system()).await.unwrap());
        assert!(!orders::seed_demo(&test.database, &kit::Clock::system()).await.unwrap(), "once is enough");
    }
}
