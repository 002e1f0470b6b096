//! What both kinds of databases have in common.

mod bounds;
mod reasons;

use sea_orm::{ConnectionTrait as _, Statement};

use super::*;
use crate::testing::{TestDatabase, databases};

async fn run(database: &Database, sql: &str) -> Result<(), DbErr> {
    database.writer().execute_unprepared(sql).await.map(drop)
}

async fn with_table() -> Vec<TestDatabase> {
    let databases = databases().await;
    for test in &databases {
        run(&test.database, "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL)").await.unwrap();
        run(&test.database, "CREATE UNIQUE INDEX things_name ON things (name)").await.unwrap();
        run(&test.database, "CREATE UNIQUE INDEX things_lower ON things (lower(name))").await.unwrap();
    }
    databases
}

#[tokio::test]
async fn a_violated_index_is_known_by_name() {
    for test in with_table().await {
        let database = &test.database;
        run(database, "INSERT INTO things VALUES (1, 'one')").await.unwrap();
        let error = run(database, "INSERT INTO things VALUES (2, 'one')").await.unwrap_err();
        let by_name = is_unique(&error, "things_name", "things.name");
        let by_lower = is_unique(&error, "things_lower", "things.name_lower");
        assert!(by_name || by_lower, "{}: {:?}", test.name, unique_violation(&error));
        assert!(!is_unique(&error, "things_pkey", "things.id"));
        let error = run(database, "INSERT INTO things VALUES (2, 'ONE')").await.unwrap_err();
        assert!(is_unique(&error, "things_lower", "things.name_lower"), "{:?}", unique_violation(&error));
        let error = run(database, "INSERT INTO things VALUES (1, 'two')").await.unwrap_err();
        assert!(is_unique(&error, "things_pkey", "things.id"), "{:?}", unique_violation(&error));
        let error = run(database, "INSERT INTO nothing VALUES (1)").await.unwrap_err();
        assert_eq!(unique_violation(&error), None);
    }
}

#[tokio::test]
async fn writers_wait_for_each_other_and_readers_do_not() {
    for test in with_table().await {
        let database = &test.database;
        run(database, "INSERT INTO things VALUES (1, '0')").await.unwrap();
        let add = |database: Database| async move {
            let transaction = database.begin_write().await.unwrap();
            let sql = "UPDATE things SET name = CAST(CAST(name AS INTEGER) + 1 AS TEXT) WHERE id = 1";
            transaction.execute_unprepared(sql).await.unwrap();
            transaction.commit().await.unwrap();
        };
        futures_util::future::join_all((0..20).map(|_| add(database.clone()))).await;
        let open = database.begin_write().await.unwrap();
        open.execute_unprepared("UPDATE things SET name = 'never'").await.unwrap();
        let backend = database.connection().get_database_backend();
        let read = Statement::from_string(backend, "SELECT name FROM things");
        let row = database.connection().query_one_raw(read).await.unwrap().unwrap();
        assert_eq!(row.try_get::<String>("", "name").unwrap(), "20", "{}", test.name);
        drop(open);
    }
}

#[tokio::test]
async fn any_number_of_waiting_writers_keeps_no_reader_from_a_connection() {
    for test in with_table().await.into_iter().filter(|test| test.database.is_sqlite()) {
        let database = &test.database;
        let open = database.begin_write().await.unwrap();
        let waiting: Vec<_> = (0..40)
            .map(|id| {
                let database = database.clone();
                tokio::spawn(async move {
                    let sql = format!("INSERT INTO things VALUES ({id}, '{id}')");
                    if id % 2 == 0 {
                        return run(&database, &sql).await;
                    }
                    let transaction = database.begin_write().await?;
                    transaction.execute_unprepared(&sql).await?;
                    transaction.commit().await
                })
            })
            .collect();
        for _ in 0..20 {
            tokio::task::yield_now().await;
            let read = Statement::from_string(DbBackend::Sqlite, "SELECT COUNT(*) AS n FROM things");
            let row = database.connection().query_one_raw(read).await.unwrap().unwrap();
            assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0);
        }
        open.commit().await.unwrap();
        for writer in waiting {
            writer.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn sqlite_acknowledges_what_has_reached_the_disk() {
    for test in with_table().await.into_iter().filter(|test| test.database.is_sqlite()) {
        for (pragma, expected) in [("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")] {
            for connection in [test.database.writer(), test.database.connection()] {
                let read = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
                let row = connection.query_one_raw(read).await.unwrap().unwrap();
                let text = row.try_get::<String>("", pragma);
                let value = text.or_else(|_| row.try_get::<i64>("", pragma).map(|number| number.to_string()));
                assert_eq!(value.unwrap(), expected, "{pragma}");
            }
        }
    }
}

#[tokio::test]
async fn statements_are_counted_in_transactions_too() {
    for test in with_table().await {
        let backend = test.database.connection().get_database_backend();
        let delete = || Statement::from_string(backend, "DELETE FROM things");
        let before = test.database.statements();
        test.database.writer().execute_raw(delete()).await.unwrap();
        let transaction = test.database.begin_write().await.unwrap();
        transaction.execute_raw(delete()).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(test.database.statements() - before, 2, "{}", test.name);
    }
}
