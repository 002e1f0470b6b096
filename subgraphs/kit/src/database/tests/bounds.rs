//! Nothing outlives its deadline: no statement, no lock, no connection.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};
use tokio::time::{Instant, timeout, timeout_at};

use crate::{
    Database,
    database::{DatabaseSettings, Reason},
    deadline,
    testing::{TestDatabase, databases},
};

/// How long a statement may go on after its deadline.
const SOON: Duration = Duration::from_millis(1500);

/// The same database again, with two connections and these settings.
async fn narrow(test: &TestDatabase, settings: DatabaseSettings) -> Database {
    let settings = DatabaseSettings { database_connections: 2, ..settings };
    Database::connect_with(&test.url, &settings).await.unwrap()
}

/// Gives `work` up after `time`, as a server does with a request.
async fn give_up<T: std::fmt::Debug>(time: Duration, work: impl Future<Output = T>) {
    let end = Instant::now() + time;
    // On SQLite the statement may notice first.
    let _ = timeout_at(end, deadline::of_request(end, work)).await;
}

const ONE: &str = "SELECT CAST(1 AS BIGINT) AS n";

fn endless(database: &Database) -> &'static str {
    if database.is_sqlite() {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"
    } else {
        "SELECT pg_sleep(60)"
    }
}

async fn count(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    db.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// Waits until the server no longer works for this database, ourselves apart.
async fn is_idle(test: &TestDatabase) {
    if test.database.is_sqlite() {
        return;
    }
    let busy = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                AND pid <> pg_backend_pid()";
    let began = Instant::now();
    while count(test.database.connection(), busy).await > 0 {
        assert!(began.elapsed() < SOON, "a statement outlives its deadline");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_ends_with_its_deadline_and_gives_its_connection_back() {
    for test in databases().await {
        let database = narrow(&test, DatabaseSettings::default()).await;
        // Twice as many as there are connections: the second ones need those of the first ones.
        for _ in 0..2 {
            let reads = [(); 2].map(|()| {
                give_up(Duration::from_millis(300), database.connection().execute_unprepared(endless(&database)))
            });
            futures_util::future::join_all(reads).await;
            let free = timeout(SOON, count(database.connection(), ONE)).await;
            assert!(free.is_ok(), "{}: the connections are not free", test.name);
        }
        is_idle(&test).await;
    }
}

/// As when a client hangs up. Their deadline alone would let these statements run for a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_nobody_waits_for_gives_its_connection_back_before_its_deadline() {
    for test in databases().await {
        let database = narrow(&test, DatabaseSettings::default()).await;
        database.writer().execute_unprepared("CREATE TABLE things (id BIGINT)").await.unwrap();
        for _ in 0..2 {
            let long = deadline::of_request(Instant::now() + Duration::from_mins(1), async {
                let read = || database.connection().execute_unprepared(endless(&database));
                let write = async {
                    let transaction = database.begin_write().await?;
                    transaction.execute_unprepared("INSERT INTO things VALUES (1)").await?;
                    transaction.execute_unprepared(endless(&database)).await
                };
                let _ = tokio::join!(read(), read(), write);
            });
            assert!(timeout(Duration::from_millis(300), long).await.is_err(), "it has an end");
            timeout(SOON, count(database.connection(), ONE)).await.expect("no reader is free");
            let insert = database.writer().execute_unprepared("INSERT INTO things VALUES (2)");
            timeout(SOON, insert).await.expect("no writer is free").unwrap();
        }
        let left = count(database.connection(), "SELECT count(*) AS n FROM things WHERE id = 1").await;
        assert_eq!(left, 0, "{}", test.name);
        is_idle(&test).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_ends_with_its_deadline_and_leaves_nothing_behind() {
    for test in databases().await {
        let database = narrow(&test, DatabaseSettings::default()).await;
        database.writer().execute_unprepared("CREATE TABLE things (id BIGINT)").await.unwrap();
        for _ in 0..3 {
            give_up(Duration::from_millis(300), async {
                let transaction = database.begin_write().await.unwrap();
                transaction.execute_unprepared("INSERT INTO things VALUES (1)").await.unwrap();
                transaction.execute_unprepared(endless(&database)).await?;
                transaction.commit().await
            })
            .await;
            let insert = database.writer().execute_unprepared("INSERT INTO things VALUES (2)");
            timeout(SOON, insert).await.expect("the connection is not free").unwrap();
        }
        assert_eq!(
            count(database.connection(), "SELECT count(*) AS n FROM things WHERE id = 1").await,
            0,
            "{}",
            test.name
        );
        is_idle(&test).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_lock_waits_no_longer_than_a_deadline_or_the_setting() {
    for test in databases().await {
        test.database.writer().execute_unprepared("CREATE TABLE things (id BIGINT)").await.unwrap();
        test.database.writer().execute_unprepared("INSERT INTO things VALUES (1)").await.unwrap();
        let database =
            narrow(&test, DatabaseSettings { database_lock_seconds: 1, ..DatabaseSettings::default() }).await;
        let patient = narrow(&test, DatabaseSettings::default()).await;
        let update = "UPDATE things SET id = 2";
        let lock = test.database.begin_write().await.unwrap();
        lock.execute_unprepared(update).await.unwrap();

        let began = Instant::now();
        let error = database.writer().execute_unprepared(update).await.unwrap_err();
        assert_eq!(Reason::of(&error), Some(Reason::Locked), "{}: {error}", test.name);
        assert!((900..2500).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
        give_up(Duration::from_millis(300), patient.writer().execute_unprepared(update)).await;

        let began = Instant::now();
        lock.commit().await.unwrap();
        timeout(SOON, patient.writer().execute_unprepared(update)).await.expect("nothing is locked any more").unwrap();
        assert!(began.elapsed() < SOON, "{}", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_deadline_ends_the_setting_ends() {
    for test in databases().await {
        let settings = DatabaseSettings { database_statement_seconds: 1, ..DatabaseSettings::default() };
        let database = narrow(&test, settings).await;
        let began = Instant::now();
        let error = database.writer().execute_unprepared(endless(&database)).await.unwrap_err();
        assert_eq!(Reason::of(&error), Some(Reason::Cancelled), "{}: {error}", test.name);
        assert_eq!(crate::Failure::from(error).code().as_str(), "TIMEOUT");
        assert!(began.elapsed() < Duration::from_secs(1) + SOON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_and_requests_do_not_wait_for_each_others_connections() {
    for test in databases().await {
        let database =
            narrow(&test, DatabaseSettings { database_worker_connections: 2, ..DatabaseSettings::default() }).await;
        let endless = endless(&database);
        for (busy, free) in [(database.clone(), database.for_workers()), (database.for_workers(), database.clone())] {
            let end = Instant::now() + Duration::from_millis(800);
            let reads = (0..6)
                .map(|_| timeout_at(end, deadline::of_request(end, busy.connection().execute_unprepared(endless))));
            let reads = futures_util::future::join_all(reads);
            let other = async {
                tokio::time::sleep(Duration::from_millis(200)).await;
                timeout(Duration::from_millis(500), count(free.connection(), ONE)).await.is_ok()
            };
            let (_, answered) = tokio::join!(reads, other);
            assert!(answered, "{}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_nobody_uses_are_closed() {
    for test in databases().await.into_iter().filter(|test| !test.database.is_sqlite()) {
        let database =
            narrow(&test, DatabaseSettings { database_idle_seconds: 1, ..DatabaseSettings::default() }).await;
        futures_util::future::join_all(
            (0..2).map(|_| database.connection().execute_unprepared("SELECT pg_sleep(0.1)")),
        )
        .await;
        let open =
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        // The other pool keeps the connection that looks.
        let began = Instant::now();
        while count(test.database.connection(), open).await > 0 {
            assert!(began.elapsed() < Duration::from_secs(5), "idle connections stay");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(database);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_does_not_wait_for_what_does_not_end() {
    for test in databases().await {
        let settings = DatabaseSettings { database_statement_seconds: 4, ..DatabaseSettings::default() };
        let database = narrow(&test, settings).await;
        let busy = database.clone();
        let statement =
            tokio::spawn(async move { busy.connection().execute_unprepared(endless(&busy)).await.map(drop) });
        tokio::time::sleep(Duration::from_millis(100)).await;
        timeout(Duration::from_secs(3), database.close()).await.expect("it closes in time");
        statement.abort();
    }
}
