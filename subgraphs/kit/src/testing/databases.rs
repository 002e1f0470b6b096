//! New databases for one test, on everything that is at hand.

use std::sync::{
    Once,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectOptions, ConnectionTrait as _};
use tempfile::TempDir;

use crate::{Database, random};

/// Where PostgreSQL is looked for, unless `TEST_POSTGRES_URL` says otherwise.
const POSTGRES: &str = "postgres://postgres@127.0.0.1:5432";

/// A database that is new and goes away with this value.
pub struct TestDatabase {
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// Where it is, for processes that open it themselves.
    pub url: String,
    /// The connection.
    pub database: Database,
    _home: Home,
}

/// What has to be cleared away.
enum Home {
    Folder { _folder: TempDir },
    Server { url: String, name: String },
}

/// A new database of every kind: a SQLite file always, PostgreSQL where it answers. Without it a line says how to start one;
/// with `CI` set, that is an error.
pub async fn databases() -> Vec<TestDatabase> {
    let mut all = vec![sqlite().await];
    all.extend(postgres().await);
    all
}

async fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let database = Database::connect(&url).await.expect("a database in the temporary folder");
    TestDatabase { name: "sqlite", url, database, _home: Home::Folder { _folder: folder } }
}

/// Set by the first test that waited for PostgreSQL in vain, so that the others need not.
static MISSING: AtomicBool = AtomicBool::new(false);

async fn postgres() -> Option<TestDatabase> {
    if MISSING.load(Ordering::Relaxed) {
        return None;
    }
    let server = std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| POSTGRES.to_owned());
    let server = server.trim_end_matches('/').to_owned();
    let name = format!("test_{}", random::uuid().simple());
    if let Err(error) = execute(&server, &format!("CREATE DATABASE {name}")).await {
        skipped(&server, &error);
        return None;
    }
    let url = format!("{server}/{name}");
    let database = Database::connect(&url).await.expect("the database that was just made");
    Some(TestDatabase { name: "postgres", url, database, _home: Home::Server { url: server, name } })
}

async fn execute(server: &str, sql: &str) -> anyhow::Result<()> {
    let mut options = ConnectOptions::new(format!("{server}/postgres"));
    options.max_connections(1).sqlx_logging(false).connect_timeout(std::time::Duration::from_secs(5));
    let connection = sea_orm::Database::connect(options).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await?;
    Ok(())
}

fn skipped(server: &str, error: &anyhow::Error) {
    static ONCE: Once = Once::new();
    assert!(std::env::var_os("CI").is_none(), "PostgreSQL does not answer at {server}: {error:#}");
    MISSING.store(true, Ordering::Relaxed);
    ONCE.call_once(|| {
        eprintln!(
            "PostgreSQL does not answer at {server}, so only SQLite is tested. To test both, start one and run again:\n  \
             docker run --rm -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:17\n\
             or point TEST_POSTGRES_URL at one that you have."
        );
    });
}

impl Drop for Home {
    /// Drops the database on a thread of its own, because a test's runtime may be ending.
    fn drop(&mut self) {
        let Self::Server { url, name } = self else { return };
        let url = url.clone();
        // A process that was started on it may have made another one beside it.
        let names = [name.clone(), format!("{name}_sandbox")];
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            names.iter().try_for_each(|name| {
                runtime.block_on(execute(&url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
            })
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("the test database {name} is left behind: {error:#}");
        }
    }
}
