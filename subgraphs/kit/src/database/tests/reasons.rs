//! The error, and the log, say why a database does not do what it is asked to.

use std::time::Duration;

use sea_orm::ConnectionTrait as _;

use crate::{
    Database, Failure,
    database::{DatabaseSettings, Reason},
    testing::{Proxy, TestDatabase, databases},
};

async fn servers() -> Vec<TestDatabase> {
    databases().await.into_iter().filter(|test| !test.database.is_sqlite()).collect()
}

fn hasty() -> DatabaseSettings {
    DatabaseSettings { database_connections: 4, database_acquire_seconds: 1, ..DatabaseSettings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_is_refused_and_back_at_once() {
    for test in servers().await {
        let mut proxy = Proxy::to(&test.url).await;
        let database = Database::connect_with(&proxy.url, &hasty()).await.unwrap();
        let select = async || database.connection().execute_unprepared("SELECT 1").await;
        select().await.unwrap();
        proxy.close().await;
        let error = select().await.unwrap_err();
        assert_eq!(Reason::of(&error), Some(Reason::Refused), "{error}");
        let failure = Failure::from(error);
        assert_eq!(failure.code().as_str(), "UNAVAILABLE");
        assert!(failure.cause().unwrap().contains("refuse"), "{failure:?}");
        proxy.open().await;
        select().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_in_a_statement_says_so() {
    for test in servers().await {
        let proxy = Proxy::to(&test.url).await;
        let database = Database::connect_with(&proxy.url, &hasty()).await.unwrap();
        let (broken, ()) = tokio::join!(database.connection().execute_unprepared("SELECT pg_sleep(30)"), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            proxy.cut();
        });
        assert_eq!(Reason::of(&broken.unwrap_err()), Some(Reason::Disconnected));
        let ended = database.connection().execute_unprepared("SELECT pg_terminate_backend(pg_backend_pid())").await;
        assert_eq!(Reason::of(&ended.unwrap_err()), Some(Reason::Restarting));
        database.connection().execute_unprepared("SELECT 1").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_says_why_it_cannot() {
    for test in servers().await {
        let (server, name) = test.url.rsplit_once('/').unwrap();
        for (url, words) in [
            ("postgres://postgres@127.0.0.1:1/x".to_owned(), "refuses connections"),
            (format!("{server}/{name}_missing"), "does not exist"),
        ] {
            let error = Database::connect_with(&url, &hasty()).await.unwrap_err();
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
    }
}

/// A role that may have so few connections, which goes away with the test's database.
async fn limited(test: &TestDatabase, connections: u32) -> String {
    let role = format!("role_{}", crate::random::uuid().simple());
    let run = async |sql: String| test.database.writer().execute_unprepared(&sql).await.map(drop).unwrap();
    run(format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT {connections}")).await;
    let (scheme, rest) = test.url.split_once("://").unwrap();
    format!("{scheme}://{role}@{}", rest.split_once('@').unwrap().1)
}

async fn drop_role(test: &TestDatabase, url: &str) {
    let role = url.split_once("://").unwrap().1.split_once('@').unwrap().0;
    test.database.writer().execute_unprepared(&format!("DROP ROLE {role}")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_fewer_clients_than_the_pool_would_have_serves_all_the_same() {
    for test in servers().await {
        let url = limited(&test, 3).await;
        let settings = DatabaseSettings { database_connections: 16, ..DatabaseSettings::default() };
        let database = Database::connect_with(&url, &settings).await.unwrap();
        let requests = (0..32).map(|_| database.connection().execute_unprepared("SELECT pg_sleep(0.02)"));
        for answer in futures_util::future::join_all(requests).await {
            answer.unwrap();
        }
        database.close().await;

        let few = Database::connect_with(&url, &hasty()).await.unwrap();
        let held =
            [few.begin_write().await.unwrap(), few.begin_write().await.unwrap(), few.begin_write().await.unwrap()];
        let error = few.connection().execute_unprepared("SELECT 1").await.unwrap_err();
        assert_eq!(Reason::of(&error), Some(Reason::TooManyClients), "{error}");
        drop(held);
        few.close().await;
        drop_role(&test, &url).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_whose_connections_are_all_in_use_says_so() {
    for test in databases().await {
        let settings = DatabaseSettings { database_connections: 1, database_acquire_seconds: 1, ..hasty() };
        let database = Database::connect_with(&test.url, &settings).await.unwrap();
        let (first, second) = if database.is_sqlite() {
            let endless =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0";
            let bounded = DatabaseSettings { database_statement_seconds: 3, ..settings };
            let database = Database::connect_with(&test.url, &bounded).await.unwrap();
            tokio::join!(database.connection().execute_unprepared(endless), async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                database.connection().execute_unprepared("SELECT 1").await
            })
        } else {
            tokio::join!(database.connection().execute_unprepared("SELECT pg_sleep(3)"), async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                database.connection().execute_unprepared("SELECT 1").await
            })
        };
        assert_eq!(first.is_ok(), !database.is_sqlite());
        let error = second.unwrap_err();
        assert_eq!(Reason::of(&error), Some(Reason::Exhausted), "{}: {error}", test.name);
        assert_eq!(Failure::from(error).code().as_str(), "UNAVAILABLE");
    }
}
