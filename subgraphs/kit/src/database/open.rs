//! Opening a connection pool, and saying in one line why it cannot be opened.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    DatabaseSettings,
    address::Address,
    limits::{self, SqliteBounds},
    opener::{Opener, TRIES},
    pool::Pool,
};
use crate::data::{self, Watched};

/// How many connections read SQLite beside the one that writes. More would only cost memory.
const SQLITE_READERS: u32 = 5;
/// How long somebody who wants to write waits in the queue for SQLite's writing connection.
const WRITERS_TURN: Duration = Duration::from_secs(10);

/// Who uses a pool, where it says that it is exhausted.
const REQUESTS: &str = "requests";
const WORKERS: &str = "workers";
const WRITERS: &str = "writers";

/// The pools of one database.
#[derive(Clone, Debug)]
pub(super) struct Pools {
    pub reader: Pool,
    /// On SQLite a pool of one connection, so that those who want to write queue here, in the order in which they came,
    /// and keep no reader from a connection. On PostgreSQL the same pool as `reader`.
    pub writer: Pool,
    /// Connections for background workers, so that they and the requests do not wait for each other's. They
    /// are opened when they are needed.
    pub worker_reader: Pool,
    /// The same as `writer` on SQLite, where one connection writes at a time, and as `worker_reader` on PostgreSQL.
    pub worker_writer: Pool,
    /// SQLite's file.
    pub file: Option<Arc<Watched>>,
}

pub(super) async fn open(url: &str, settings: &DatabaseSettings, statements: Arc<AtomicU64>) -> anyhow::Result<Pools> {
    if url.starts_with("sqlite:") {
        return open_sqlite(url, settings, statements).await;
    } else if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        // Whatever else it is, there may be a password in it.
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        bail!("the database {scheme:?}… is neither sqlite:FILE nor postgres://USER@HOST/NAME");
    }
    let address = Address::parse(url)?;
    let bounds = limits::postgres_settings(settings);
    let secret = address.clone();
    let mut options = ConnectOptions::new(address.url());
    options.sqlx_logging(false).record_stmt_in_spans(false).acquire_timeout(settings.acquire() / TRIES);
    options.idle_timeout(settings.idle());
    let complete = move |options| secret.with_password(options).options(bounds.clone());
    options.map_sqlx_postgres_opts(complete.clone());
    let opener = Arc::new(Opener::new(address.shown(), statements, Some(complete(address.url().parse()?))));
    let (most, least) = (settings.database_connections, settings.database_min_connections);
    let workers = options.clone().connect_lazy(true).to_owned();
    let pool = opener.open(options.min_connections(least.min(most)).to_owned(), REQUESTS, most).await?;
    let workers = opener.open(workers, WORKERS, settings.database_worker_connections).await?;
    Ok(Pools { reader: pool.clone(), writer: pool, worker_reader: workers.clone(), worker_writer: workers, file: None })
}

async fn open_sqlite(url: &str, settings: &DatabaseSettings, statements: Arc<AtomicU64>) -> anyhow::Result<Pools> {
    let file = Path::new(sqlite_file(url)?);
    data::claim(file).await?;
    let file = Watched::start(file).with_context(|| format!("cannot open the database sqlite:{}", file.display()))?;
    let opener = Arc::new(Opener::new(without_parameters(url), statements, None));
    // The writer comes first: it turns the write-ahead log on.
    let mut options = sqlite_options(url, settings);
    let bounds = SqliteBounds { statement: settings.statement(), lock: Some(settings.lock()) };
    let waiting = options.clone().acquire_timeout(WRITERS_TURN).to_owned();
    let writer = opener.open_sqlite(waiting, bounds, WRITERS, 1).await?;
    let bounds = SqliteBounds { lock: None, ..bounds };
    let readers = settings.database_connections.min(SQLITE_READERS);
    let reader = opener.open_sqlite(options.clone(), bounds, REQUESTS, readers).await?;
    options.connect_lazy(true).min_connections(0);
    let workers = settings.database_worker_connections.min(SQLITE_READERS);
    let worker_reader = opener.open_sqlite(options, bounds, WORKERS, workers).await?;
    Ok(Pools { reader, worker_writer: writer.clone(), writer, worker_reader, file: Some(file) })
}

/// Connections for migrations, which take as long as they take.
pub(super) async fn open_unbounded(url: &str) -> anyhow::Result<DatabaseConnection> {
    let (mut options, name) = if url.starts_with("sqlite:") {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).map_sqlx_sqlite_opts(tune);
        (options, without_parameters(url).to_owned())
    } else {
        let address = Address::parse(url)?;
        let (mut options, name) = (ConnectOptions::new(address.url()), address.shown().to_owned());
        // One more holds the lock around them.
        options.max_connections(2).map_sqlx_postgres_opts(move |options| address.with_password(options));
        (options, name)
    };
    options.sqlx_logging(false).record_stmt_in_spans(false);
    sea_orm::Database::connect(options).await.with_context(|| format!("cannot open the database {name}"))
}

fn sqlite_options(url: &str, settings: &DatabaseSettings) -> ConnectOptions {
    let busy = settings.lock();
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).record_stmt_in_spans(false).acquire_timeout(settings.acquire());
    // Opening a file anew is no gain over keeping it open.
    options.min_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options.map_sqlx_sqlite_opts(move |options| tune(options).busy_timeout(busy));
    options
}

fn tune(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        // `data::claim` has made it. One that is missing later is a lost one, which must not become an empty one.
        .create_if_missing(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit has reached the disk before it is acknowledged. NORMAL would be faster, but a power cut could undo
        // commits that a client has heard of: a payment, for example.
        .synchronous(SqliteSynchronous::Full)
}

/// The path in `sqlite:path`, `sqlite://path` or either with parameters; `None` for another database, or one in memory.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    url.starts_with("sqlite:").then(|| sqlite_file(url).ok().map(PathBuf::from)).flatten()
}

/// The path in `sqlite:path`, `sqlite://path` or either with parameters.
pub(crate) fn sqlite_file(url: &str) -> anyhow::Result<&str> {
    let rest = url.trim_start_matches("sqlite:");
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let file = path.split('?').next().unwrap_or_default();
    if file.is_empty() || file == ":memory:" || path.contains("mode=memory") {
        // Every connection of the pool would see a database of its own.
        bail!("SQLite in memory is not supported: name a file, in a temporary folder if it should not stay");
    }
    Ok(file)
}

/// A database's address as people may see it.
fn without_parameters(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn connect(url: &str) -> anyhow::Result<Pools> {
        let settings = DatabaseSettings { database_acquire_seconds: 1, ..DatabaseSettings::default() };
        open(url, &settings, Arc::default()).await
    }

    #[tokio::test]
    async fn a_file_and_its_folder_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some/where/shop.sqlite");
        connect(&format!("sqlite:{}", file.display())).await.unwrap();
        assert!(file.exists());
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named_without_its_password() {
        let error = connect("postgres://shop:secret@127.0.0.1:1/shop").await.unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("postgres://shop@127.0.0.1:1/shop") && !text.contains("secret"), "{text}");
        assert!(text.contains("refuses connections"), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let error = connect(&format!("sqlite:{}", folder.path().display())).await.unwrap_err();
        assert!(format!("{error:#}").contains("cannot open the database sqlite:"), "{error:#}");
        for url in ["", "mysql://x", "sqlite::memory:", "sqlite:"] {
            assert!(connect(url).await.is_err(), "{url}");
        }
    }
}
