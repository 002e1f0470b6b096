//! Opening a connection pool, and saying in one line why it cannot be opened.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{address::Address, release::close_unfinished};
use crate::data::{self, Watched};

/// How many connections read SQLite beside the one that writes. More would only cost memory.
const SQLITE_READERS: u32 = 5;
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection, and a starting process for its database to accept any.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a writer waits for the ones before it: in the queue for SQLite's writing connection, or for a process that
/// shares the file.
const BUSY: Duration = Duration::from_secs(10);

/// The pools of one database.
#[derive(Debug)]
pub(super) struct Pools {
    pub reader: DatabaseConnection,
    /// On SQLite a pool of one connection, so that those who want to write queue here, in the order in which they came,
    /// and keep no reader from a connection. On PostgreSQL the same pool as `reader`.
    pub writer: DatabaseConnection,
    /// SQLite's file.
    pub file: Option<Arc<Watched>>,
}

pub(super) async fn open(url: &str) -> anyhow::Result<Pools> {
    if url.starts_with("sqlite:") {
        let file = Path::new(sqlite_file(url)?);
        data::claim(file).await?;
        let file =
            Watched::start(file).with_context(|| format!("cannot open the database sqlite:{}", file.display()))?;
        let mut options = common(url);
        options.min_connections(1).map_sqlx_sqlite_opts(tune);
        let mut writing = options.clone();
        let name = without_parameters(url);
        // The writer comes first: it turns the write-ahead log on.
        let writer = connect(writing.max_connections(1).acquire_timeout(BUSY).to_owned(), name).await?;
        let reader = connect(options.max_connections(SQLITE_READERS).to_owned(), name).await?;
        return Ok(Pools { reader, writer, file: Some(file) });
    } else if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        // Whatever else it is, there may be a password in it.
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        bail!("the database {scheme:?}… is neither sqlite:FILE nor postgres://USER@HOST/NAME");
    }
    let address = Address::parse(url)?;
    let mut options = common(address.url());
    let secret = address.clone();
    options.max_connections(POSTGRES_CONNECTIONS);
    options.map_sqlx_postgres_opts(move |options| secret.with_password(options));
    let pool = connect(options, address.shown()).await?;
    Ok(Pools { reader: pool.clone(), writer: pool, file: None })
}

fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options.acquire_timeout(PATIENCE);
    options.map_sqlx_sqlite_pool_opts(close_unfinished).map_sqlx_postgres_pool_opts(close_unfinished);
    options
}

async fn connect(options: ConnectOptions, name: &str) -> anyhow::Result<DatabaseConnection> {
    sea_orm::Database::connect(options).await.with_context(|| format!("cannot open the database {name}"))
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
        .busy_timeout(BUSY)
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

    #[tokio::test]
    async fn a_file_and_its_folder_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some/where/shop.sqlite");
        open(&format!("sqlite:{}", file.display())).await.unwrap();
        assert!(file.exists());
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named_without_its_password() {
        let error = open("postgres://shop:secret@127.0.0.1:1/shop").await.unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("postgres://shop@127.0.0.1:1/shop") && !text.contains("secret"), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let error = open(&format!("sqlite:{}", folder.path().display())).await.unwrap_err();
        assert!(format!("{error:#}").contains("cannot open the database sqlite:"), "{error:#}");
        for url in ["", "mysql://x", "sqlite::memory:", "sqlite:"] {
            assert!(open(url).await.is_err(), "{url}");
        }
    }
}
