//! Connections that come back to the pool with a transaction of unknown state are closed, not reused.
//!
//! SQLite rolls a transaction back by itself when the disk is full or an I/O error occurs. The driver's own `ROLLBACK` then
//! fails ("no transaction is active"), its count of open transactions stays above zero, and the next transaction on that
//! connection would become a savepoint inside one that nobody commits: its `COMMIT` commits nothing. The same is possible
//! wherever a roll-back fails, whatever the reason, so that the rule knows no errors: a connection without exactly zero
//! open transactions is closed.

use sea_orm::sqlx::{Connection as _, Database, Error};

/// Whether no transaction is open. A roll-back that was only queued when its transaction was dropped is carried out first.
pub(super) async fn is_reusable<DB: Database>(connection: &mut DB::Connection) -> Result<bool, Error> {
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
    use std::process::Command;

    use sea_orm::{ConnectionTrait as _, Statement};

    use crate::{
        Database,
        testing::{TestDatabase, databases},
    };

    async fn run(connection: &impl sea_orm::ConnectionTrait, sql: &str) -> Result<(), sea_orm::DbErr> {
        connection.execute_unprepared(sql).await.map(drop)
    }

    async fn with_table() -> Vec<TestDatabase> {
        let databases = databases().await;
        for test in &databases {
            run(test.database.connection(), "CREATE TABLE things (id BIGINT, name TEXT)").await.unwrap();
        }
        databases
    }

    async fn count(database: &Database) -> i64 {
        let backend = database.connection().get_database_backend();
        let count = Statement::from_string(backend, "SELECT count(*) AS n FROM things WHERE name = 'kept'");
        database.connection().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    async fn insert(database: &Database) -> Result<(), sea_orm::DbErr> {
        let transaction = database.begin_write().await?;
        run(&transaction, "INSERT INTO things VALUES (1, 'kept')").await?;
        transaction.commit().await
    }

    /// How a transaction is ended while nothing can be written.
    #[derive(Clone, Copy, Debug)]
    enum End {
        Dropped,
        RolledBack,
        Committed,
    }

    /// Sets the size beyond which no file of this process can be written: what a full disk is to SQLite.
    fn limit_files(bytes: &str) {
        let (process, limit) = (std::process::id().to_string(), format!("--fsize={bytes}:"));
        assert!(Command::new("prlimit").args(["--pid", &process, &limit]).status().unwrap().success());
    }

    async fn fill_up_again_and_again() {
        for test in with_table().await.into_iter().filter(|test| test.database.is_sqlite()) {
            let (database, mut expected) = (&test.database, 0);
            for end in [End::Dropped, End::RolledBack, End::Committed] {
                // More often than the pool has connections, so that each of them could be the broken one.
                for round in 0..8 {
                    let transaction = database.begin_write().await.unwrap();
                    run(&transaction, "INSERT INTO things VALUES (0, 'lost')").await.unwrap();
                    limit_files("4096");
                    // More than the page cache holds, so that it is written before the commit.
                    let spill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) \
                         INSERT INTO things SELECT 0, printf('%.2000c', 'x') FROM n";
                    if round % 2 == 0 {
                        run(&transaction, spill).await.unwrap_err();
                    }
                    match end {
                        End::Dropped => drop(transaction),
                        End::RolledBack => drop(transaction.rollback().await),
                        End::Committed => drop(transaction.commit().await),
                    }
                    limit_files("unlimited");
                    insert(database).await.unwrap();
                    expected += 1;
                    assert_eq!(count(database).await, expected, "{end:?} {round}");
                }
            }
            // What was committed is committed for others, too: a second pool over the same file sees it.
            let other = Database::connect(&test.url).await.unwrap();
            assert_eq!(count(&other).await, expected);
        }
    }

    /// In a process of its own, as the limit holds for all files of a process. There a failing write is an error and no signal.
    #[test]
    fn a_full_disk_costs_its_own_transaction_only() {
        const CHILD: &str = "TEST_IN_A_PROCESS_WITH_LIMITED_FILES";
        if std::env::var_os(CHILD).is_some() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            return runtime.block_on(fill_up_again_and_again());
        }
        if Command::new("prlimit").arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "prlimit (util-linux) is missing");
            return eprintln!("skipped: the test of a full disk needs prlimit, of util-linux");
        }
        let mut child = Command::new("sh");
        child.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
        child.args(["--exact", "database::release::tests::a_full_disk_costs_its_own_transaction_only"]);
        let output = child.env(CHILD, "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[tokio::test]
    async fn a_transaction_that_is_abandoned_half_way_leaves_a_usable_pool() {
        for test in with_table().await {
            let database = &test.database;
            for _ in 0..20 {
                let transaction = database.begin_write().await.unwrap();
                run(&transaction, "INSERT INTO things VALUES (0, 'unknown')").await.unwrap();
                // Abandoned at its first wait, as by a request whose client hung up.
                let _ = futures_util::FutureExt::now_or_never(transaction.commit());
                insert(database).await.unwrap();
            }
            assert_eq!(count(database).await, 20, "{}", test.name);
        }
    }
}
