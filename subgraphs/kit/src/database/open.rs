//! Opening a connection pool, and saying in one line why it cannot be opened.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::release::close_unfinished;

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
}

pub(super) async fn open(url: &str) -> anyhow::Result<Pools> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options.acquire_timeout(PATIENCE);
    options.map_sqlx_sqlite_pool_opts(close_unfinished).map_sqlx_postgres_pool_opts(close_unfinished);
    if url.starts_with("sqlite:") {
        let file = sqlite_file(url)?;
        if let Some(folder) = Path::new(file).parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        options.min_connections(1).map_sqlx_sqlite_opts(tune);
        let mut writing = options.clone();
        // The writer comes first: it makes the file and turns its write-ahead log on.
        let writer = connect(writing.max_connections(1).acquire_timeout(BUSY).to_owned()).await?;
        let reader = connect(options.max_connections(SQLITE_READERS).to_owned()).await?;
        return Ok(Pools { reader, writer });
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        options.max_connections(POSTGRES_CONNECTIONS);
    } else {
        bail!("the database {:?} is neither sqlite:FILE nor postgres://USER@HOST/NAME", without_password(url));
    }
    let pool = connect(options).await?;
    Ok(Pools { reader: pool.clone(), writer: pool })
}

async fn connect(options: ConnectOptions) -> anyhow::Result<DatabaseConnection> {
    let name = without_password(options.get_url());
    sea_orm::Database::connect(options).await.with_context(|| format!("cannot open the database {name}"))
}

fn tune(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit has reached the disk before it is acknowledged. NORMAL would be faster, but a power cut could undo
        // commits that a client has heard of: a payment, for example.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
}

/// The path in `sqlite:path`, `sqlite://path` or either with parameters.
fn sqlite_file(url: &str) -> anyhow::Result<&str> {
    let rest = url.trim_start_matches("sqlite:");
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let file = path.split('?').next().unwrap_or_default();
    if file.is_empty() || file == ":memory:" || path.contains("mode=memory") {
        // Every connection of the pool would see a database of its own.
        bail!("SQLite in memory is not supported: name a file, in a temporary folder if it should not stay");
    }
    Ok(file)
}

/// `postgres://shop:secret@host/name` → `postgres://shop@host/name`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = user.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}")
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
