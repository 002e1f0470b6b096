//! The database goes up, down and up again.

use kit::testing::databases;
use migrations::orders::Migrator;
use orders::worker::deliver_outbox;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigratorTrait;

use crate::world::*;

#[tokio::test]
async fn migrations_go_up_down_and_up() {
    for test in databases().await {
        let db = test.database.schema();
        let sandbox = sandbox(&test, &kit::Clock::system()).await;
        Migrator::up(db, None).await.unwrap();
        Migrator::down(db, None).await.unwrap();
        assert!(
            orders::seed_demo(&test.database, &sandbox, &kit::Clock::system()).await.is_err(),
            "{}: no table is left",
            test.name
        );
        Migrator::up(db, None).await.unwrap();
        kit::database::migrate::<Migrator>(&test.database).await.unwrap();
        assert!(orders::seed_demo(&test.database, &sandbox, &kit::Clock::system()).await.unwrap());
        assert!(!orders::seed_demo(&test.database, &sandbox, &kit::Clock::system()).await.unwrap(), "once is enough");
    }
}

#[tokio::test]
async fn a_database_of_another_domain_is_refused_and_left_alone() {
    for test in databases().await {
        let db = test.database.schema();
        migrations::users::Migrator::up(db, None).await.unwrap();
        let error =
            format!("{:#}", orders::open(&test.url, &kit::database::DatabaseSettings::default()).await.err().unwrap());
        assert!(error.contains("it has a table users_migrations and no orders_migrations"), "{}: {error}", test.name);
        let manager = sea_orm_migration::SchemaManager::new(db);
        for table in ["orders", "orders_migrations"] {
            assert!(!manager.has_table(table).await.unwrap(), "{}: {table}", test.name);
        }
        // An empty history of its own is enough: somebody has taken this database for orders before.
        migrations::users::Migrator::down(db, None).await.unwrap();
        db.execute_unprepared("DROP TABLE users_migrations").await.unwrap();
        orders::open(&test.url, &kit::database::DatabaseSettings::default()).await.unwrap();
        orders::open(&test.url, &kit::database::DatabaseSettings::default()).await.unwrap();
    }
}

#[tokio::test]
async fn what_happened_before_there_were_causes_gets_them_by_its_sentences() {
    for world in worlds().await {
        let (paid, cancelled, refunded) = (world.paid().await, world.order(&[(LAMP, 1)]).await, world.paid().await);
        let declined = world.order(&[(LAMP, 1)]).await;
        cancel(&world.admin(), &cancelled, &key()).await.payload("cancelOrder");
        refund(&world.admin(), &refunded, &key()).await.payload("refundOrder");
        pay(&world.ada(), &declined, "tok_declined", &key()).await.payload("payOrder");
        let query = "query($id: ID!) { order(id: $id) { timeline { status cause reason } } }";
        let told = async || {
            let mut told = Vec::new();
            for order in [&paid, &cancelled, &refunded, &declined] {
                told.push(world.admin().send(query, serde_json::json!({"id": order})).await.data()["order"].clone());
            }
            told
        };
        let before = told().await;
        let db = world.test.database.schema();
        let names: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let place = names.iter().position(|name| name == "m20261201_180000_add_cause").unwrap();
        Migrator::down(db, Some(u32::try_from(names.len() - place).unwrap())).await.unwrap();
        Migrator::up(db, None).await.unwrap();
        assert_eq!(told().await, before, "{}", world.kind);
        // What an older program stores beside a newer one has none.
        db.execute_unprepared("UPDATE transitions SET cause = NULL WHERE status <> 'CANCELLED'").await.unwrap();
        assert_eq!(told().await, before, "{}", world.kind);
    }
}

#[tokio::test]
async fn what_the_old_outbox_had_not_delivered_is_delivered_from_the_new_table() {
    for world in worlds().await {
        let (unpaid, paid) = (world.order(&[(LAMP, 1)]).await, world.paid().await);
        let refundable = world.paid().await;
        let db = world.test.database.schema();
        let names: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let place = names.iter().position(|name| name == "m20261201_100000_create_jobs").unwrap();
        let steps = u32::try_from(names.len() - place).unwrap();
        Migrator::down(db, Some(steps)).await.unwrap();
        let id = |order: &str| match world.kind {
            "sqlite" => format!("x'{}'", &order[4..]),
            _ => format!("'{}'", &order[4..]),
        };
        let columns = "id, order_id, kind, attempt, payment_id, tries, next_try_at, created_at, delivered_at";
        for sql in [
            format!(
                "INSERT INTO outbox ({columns}) SELECT id, id, 'RELEASE', 1, NULL, 70, created_at, created_at, NULL FROM orders WHERE id = {}",
                id(&unpaid)
            ),
            format!(
                "INSERT INTO outbox ({columns}) SELECT id, order_id, 'REFUND', 1, id, 0, created_at, created_at, NULL FROM payments WHERE order_id = {}",
                id(&refundable)
            ),
            format!(
                "INSERT INTO outbox ({columns}) SELECT id, id, 'CONSUME', 1, NULL, 0, created_at, created_at, created_at FROM orders WHERE id = {}",
                id(&paid)
            ),
        ] {
            db.execute_unprepared(&sql).await.unwrap();
        }
        Migrator::up(db, None).await.unwrap();
        let consumed = world.products.count("consume");
        assert_eq!(deliver_outbox(&world.shop).await.unwrap(), 2, "{}: what was delivered stays delivered", world.kind);
        assert_eq!(world.products.state(&unpaid), Some("RELEASED"));
        assert_eq!(world.payments(&refundable).await, ["REFUNDED"]);
        assert_eq!(
            (world.payments(&paid).await, world.products.count("consume")),
            (vec!["SUCCEEDED".to_owned()], consumed)
        );

        let waiting = world.order(&[(LAMP, 1)]).await;
        world.products_down(true);
        cancel(&world.ada(), &waiting, &key()).await.payload("cancelOrder");
        let refused = Migrator::down(db, Some(steps)).await.unwrap_err().to_string();
        assert!(refused.contains("not done"), "{refused}");
    }
}
