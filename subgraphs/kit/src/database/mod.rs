//! One domain's database: an embedded SQLite file or a PostgreSQL server, the same code on both.
//!
//! What differs is settled here and nowhere else: how a connection is opened ([`Database::connect`]), how a transaction
//! that writes begins ([`Database::begin_write`]), where a single statement writes ([`Database::writer`]), and how a driver says that something was not unique
//! ([`is_unique`]). It refuses to know any table.

mod address;
mod history;
mod migrate;
mod migrate_command;
mod open;
mod release;
mod tables;
mod violation;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};

use crate::data::Watched;

pub(crate) use self::open::sqlite_file;
pub use self::{
    history::{Compatible, History, State},
    migrate::migrate,
    migrate_command::MigrateArgs,
    tables::Tables,
    violation::{is_unique, unique_violation},
};

/// One domain's database. Cheap to clone: clones share the pools and the count of statements.
#[derive(Clone, Debug)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
    file: Option<Arc<Watched>>,
}

impl Database {
    /// Opens `sqlite:path/to/file` (made, with its folder, where it is new: see [`crate::data`]) or `postgres://user@host/name`.
    ///
    /// The error is one line that names the database, without its password.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let open::Pools { mut reader, mut writer, file } = open::open(url).await?;
        let statements = Arc::new(AtomicU64::new(0));
        for pool in [&mut reader, &mut writer] {
            let count = statements.clone();
            pool.set_metric_callback(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { reader, writer, statements, file })
    }

    /// For reading. Inside a transaction, ask the transaction instead.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For writing where one statement is all; on SQLite it waits its turn as [`Database::begin_write`] does. Never while
    /// a transaction that writes is open in the same task: on SQLite there is one connection for both.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// A transaction that writes. On SQLite there is one at a time: the others queue in front of the one connection that
    /// writes, so that readers always find one. It takes the write lock at once, rather than failing later, when what it
    /// has read is no longer true. Dropped without `commit`, it is rolled back.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.check_file()?;
        self.writer.begin_with_options(options).await
    }

    /// Whether this is SQLite, for the few places where that matters.
    pub fn is_sqlite(&self) -> bool {
        self.reader.get_database_backend() == DbBackend::Sqlite
    }

    /// The file of an SQLite database, as it was named.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path())
    }

    /// How many statements were executed so far, those that begin and end transactions not counted.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.check_file()?;
        self.reader.ping().await
    }

    /// Whether SQLite's file is still the one that was opened.
    pub fn check_file(&self) -> Result<(), DbErr> {
        let checked = self.file.as_ref().map_or(Ok(()), |file| file.check());
        checked.map_err(|lost| DbErr::Conn(RuntimeErr::Internal(lost.to_string())))
    }
}

#[cfg(test)]
mod tests {
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
}
