//! Connections that come back to the pool with a transaction of unknown state are closed, not reused.
//!
//! SQLite rolls a transaction back by itself when the disk is full or an I/O error occurs. The driver's own `ROLLBACK` then
//! fails ("no transaction is active"), its count of open transactions stays above zero, and the next transaction on that
//! connection would become a savepoint inside one that nobody commits: its `COMMIT` commits nothing. The same is possible
//! wherever a roll-back fails, whatever the reason, so that the rule knows no errors: a connection without exactly zero
//! open transactions is closed.

use sea_orm::sqlx::{
    Connection as _, Database, Error,
    pool::{PoolConnectionMetadata, PoolOptions},
};

/// Adds the check to a pool's options.
pub(super) fn close_unfinished<DB: Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options.after_release(|connection, _: PoolConnectionMetadata| Box::pin(is_reusable::<DB>(connection)))
}

/// Whether no transaction is open. A roll-back that was only queued when its transaction was dropped is carried out first.
async fn is_reusable<DB: Database>(connection: &mut DB::Connection) -> Result<bool, Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    connection.ping().await?;
    let unfinished = connection.is_in_transaction();
    if unfinished {
        tracing::warn!("a database connection is closed because its last transaction could not be ended");
    }
    Ok(!unfinished)
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Statement};

    use crate::{Database, testing::databases};

    async fn names(database: &Database) -> i64 {
        let backend = database.connection().get_database_backend();
        let count = Statement::from_string(backend, "SELECT count(*) AS n FROM things");
        database.connection().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    async fn insert(database: &Database, id: i64) {
        let transaction = database.begin_write().await.unwrap();
        transaction.execute_unprepared(&format!("INSERT INTO things VALUES ({id}, 'small')")).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// How a transaction ends after its statement failed.
    #[derive(Clone, Copy, Debug)]
    enum End {
        Dropped,
        RolledBack,
        Committed,
    }

    #[tokio::test]
    async fn a_full_disk_costs_its_own_transaction_only() {
        for test in databases().await.into_iter().filter(|test| test.database.is_sqlite()) {
            let database = &test.database;
            database.connection().execute_unprepared("CREATE TABLE things (id BIGINT, name TEXT)").await.unwrap();
            let mut expected = 0;
            for end in [End::Dropped, End::RolledBack, End::Committed] {
                // As many as the pool has connections, so that each of them could be the broken one.
                for round in 0..8 {
                    let transaction = database.begin_write().await.unwrap();
                    transaction.execute_unprepared("INSERT INTO things VALUES (0, 'lost')").await.unwrap();
                    transaction.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
                    let large = format!("INSERT INTO things VALUES (0, '{}')", "x".repeat(100_000));
                    transaction.execute_unprepared(&large).await.unwrap_err();
                    match end {
                        End::Dropped => drop(transaction),
                        End::RolledBack => drop(transaction.rollback().await),
                        End::Committed => drop(transaction.commit().await),
                    }
                    insert(database, round).await;
                    expected += 1;
                    assert_eq!(names(database).await, expected, "{end:?} {round}");
                }
            }
            // What was committed is committed for others, too: a second pool over the same file sees it.
            let other = Database::connect(&test.url).await.unwrap();
            assert_eq!(names(&other).await, expected);
        }
    }

    #[tokio::test]
    async fn a_transaction_that_is_abandoned_half_way_leaves_a_usable_pool() {
        for test in databases().await {
            let database = &test.database;
            database.connection().execute_unprepared("CREATE TABLE things (id BIGINT, name TEXT)").await.unwrap();
            for round in 0..20 {
                let transaction = database.begin_write().await.unwrap();
                transaction.execute_unprepared("INSERT INTO things VALUES (0, 'lost')").await.unwrap();
                let commit = transaction.commit();
                // Abandoned at the first wait, as by a request whose client hung up.
                let _ = futures_util::FutureExt::now_or_never(commit);
                insert(database, round + 1).await;
            }
            let backend = database.connection().get_database_backend();
            let count = Statement::from_string(backend, "SELECT count(*) AS n FROM things WHERE id > 0");
            let row = database.connection().query_one_raw(count).await.unwrap().unwrap();
            assert_eq!(row.try_get::<i64>("", "n").unwrap(), 20, "{}", test.name);
        }
    }
}
