//! One domain's database: an embedded SQLite file or a PostgreSQL server, the same code on both.
//!
//! What differs is settled here and nowhere else: how a connection is opened ([`Database::connect`]), how a transaction
//! that writes begins ([`Database::begin_write`]), where a single statement writes ([`Database::writer`]), and how a driver says that something was not unique
//! ([`is_unique`]). It refuses to know any table.

mod address;
mod connections;
mod create;
mod crowd;
mod history;
mod holders;
mod limits;
mod migrate;
mod migrate_command;
mod open;
mod opener;
mod pool;
mod reason;
mod release;
mod settings;
mod tables;
#[cfg(test)]
mod tests;
mod transaction;
mod violation;

use std::{
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr};

pub(crate) use self::open::sqlite_file;
pub use self::{
    create::create_if_missing,
    history::{Compatible, History, State},
    migrate::migrate,
    migrate_command::MigrateArgs,
    open::sqlite_path,
    pool::Pool,
    reason::Reason,
    settings::DatabaseSettings,
    tables::Tables,
    transaction::Transaction,
    violation::{is_unique, unique_violation},
};

/// How long the connections may take to close at the end of a process.
const CLOSING: Duration = Duration::from_secs(2);

/// One domain's database. Cheap to clone: clones share the pools and the count of statements.
#[derive(Clone)]
pub struct Database {
    pools: open::Pools,
    statements: Arc<AtomicU64>,
    url: Arc<str>,
}

impl Database {
    /// Opens `sqlite:path/to/file` (made, with its folder, where it is new: see [`crate::data`]) or `postgres://user@host/name`, with the default
    /// settings.
    ///
    /// The error is one line that names the database, without its password, and says why it cannot be opened.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        Self::connect_with(url, &DatabaseSettings::default()).await
    }

    /// Opens a database as [`connect`](Self::connect) does, with these settings.
    pub async fn connect_with(url: &str, settings: &DatabaseSettings) -> anyhow::Result<Self> {
        let statements = Arc::new(AtomicU64::new(0));
        let pools = open::open(url, settings, statements.clone()).await?;
        Ok(Self { pools, statements, url: url.into() })
    }

    /// The same database for background workers, which have connections of their own: they do not wait for requests, nor
    /// requests for them. (On SQLite one connection writes for all, in turns.)
    #[must_use]
    pub fn for_workers(&self) -> Self {
        let open::Pools { worker_reader, worker_writer, .. } = self.pools.clone();
        let pools = open::Pools { reader: worker_reader, writer: worker_writer, ..self.pools.clone() };
        Self { pools, ..self.clone() }
    }

    /// For reading. Inside a transaction, ask the transaction instead.
    pub fn connection(&self) -> &Pool {
        &self.pools.reader
    }

    /// For writing where one statement is all; on SQLite it waits its turn as [`Database::begin_write`] does. Never while
    /// a transaction that writes is open in the same task: on SQLite there is one connection for both.
    pub fn writer(&self) -> &Pool {
        &self.pools.writer
    }

    /// A transaction that writes. On SQLite there is one at a time: the others queue in front of the one connection that
    /// writes, so that readers always find one. It takes the write lock at once, rather than failing later, when what it
    /// has read is no longer true. Dropped without `commit`, it is rolled back.
    pub async fn begin_write(&self) -> Result<Transaction, DbErr> {
        self.check_file()?;
        self.writer().begin().await
    }

    /// The connection that writes, for migrations that are run by hand. Statements on it have no bounds but the settings.
    pub fn schema(&self) -> &DatabaseConnection {
        self.writer().driver()
    }

    /// Whether this is SQLite, for the few places where that matters.
    pub fn is_sqlite(&self) -> bool {
        self.connection().get_database_backend() == DbBackend::Sqlite
    }

    /// The file of an SQLite database, as it was named.
    pub fn file(&self) -> Option<&Path> {
        self.pools.file.as_ref().map(|file| file.path())
    }

    /// How many statements were executed so far, those that begin and end transactions not counted.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.check_file()?;
        self.connection().ping().await
    }

    /// Whether SQLite's file is still the one that was opened.
    pub fn check_file(&self) -> Result<(), DbErr> {
        let checked = self.pools.file.as_ref().map_or(Ok(()), |file| file.check());
        checked.map_err(|lost| DbErr::Conn(RuntimeErr::Internal(lost.to_string())))
    }

    /// Closes the connections, within two seconds: those whose statements take longer are abandoned.
    pub async fn close(&self) {
        let open::Pools { reader, writer, worker_reader, worker_writer, .. } = &self.pools;
        let all = [writer, worker_writer, reader, worker_reader].map(Pool::close);
        if tokio::time::timeout(CLOSING, futures_util::future::join_all(all)).await.is_err() {
            tracing::warn!("some connections to the database were still in use at the end");
        }
    }

    /// Lets this happen around the statements of requests, background workers not included.
    #[cfg(any(test, feature = "testing"))]
    pub fn inject(&self, fault: Option<&Arc<dyn crate::testing::Fault>>) {
        for pool in [&self.pools.reader, &self.pools.writer] {
            pool.0.faults.set(fault.cloned());
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("pools", &self.pools).finish_non_exhaustive()
    }
}
