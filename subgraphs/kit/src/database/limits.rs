//! How long anything on a connection may take, in the database itself.
//!
//! A request that gives a statement up, because its deadline has passed, does not end it: the server goes on, with the
//! connection and its locks. What ends it:
//!
//! - **PostgreSQL** looks, while it runs a statement or waits for a lock, twice a second whether the other end of the
//!   connection is still there (`client_connection_check_interval`, from version 14 on). A connection whose statement was
//!   given up and is not done soon after is closed, and another one takes its place in the pool.
//!   The settings for statements, locks and idle transactions are bounds beyond that, for what no deadline ends.
//! - **SQLite** asks a function of ours after every so many steps whether to go on. It knows the deadline of whoever
//!   was given the connection, and whether the statement was given up.
//!
//! `SET statement_timeout` before each statement would also do, for one more round trip each.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use sea_orm::sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Error, Executor as _,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{SqliteConnection, SqlitePoolOptions},
};

use super::{DatabaseSettings, release::is_reusable};
use crate::deadline;

/// How long a statement that was given up may still take to end by itself.
const GRACE: Duration = Duration::from_millis(400);
/// How long it may take to open a connection in the place of another.
const REPLACING: Duration = Duration::from_secs(2);
/// How long after something was given up connections that come back are looked at for it.
const RECENT: Duration = Duration::from_secs(5);
/// The version of PostgreSQL, as libpq has it, that looks after its clients.
const CHECKS_CLIENTS: u32 = 140_000;
/// After how many steps SQLite asks whether to go on: some 20 microseconds.
const STEPS: i32 = 1000;

/// When a statement of a pool was last given up before it was done.
#[derive(Clone, Debug)]
pub(super) struct GivenUp {
    began: Instant,
    /// Milliseconds since then, and one.
    last: Arc<AtomicU64>,
}

impl Default for GivenUp {
    fn default() -> Self {
        Self { began: Instant::now(), last: Arc::default() }
    }
}

impl GivenUp {
    /// Runs a statement, and remembers if it is given up. The future is pinned by the caller, so that it is dropped, and
    /// its connection released, only after that.
    pub async fn watch<F: Future>(&self, statement: Pin<&mut F>) -> F::Output {
        let unfinished = Unfinished(self);
        let output = statement.await;
        std::mem::forget(unfinished);
        output
    }

    /// Whether a statement was given up since [`forget`](Self::forget).
    fn is_set(&self) -> bool {
        self.last.load(Ordering::Acquire) > 0
    }

    fn forget(&self) {
        self.last.store(0, Ordering::Release);
    }

    fn is_recent(&self) -> bool {
        let last = self.last.load(Ordering::Acquire);
        last > 0 && self.now().saturating_sub(last) < u64::try_from(RECENT.as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }
}

struct Unfinished<'a>(&'a GivenUp);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.last.store(self.0.now(), Ordering::Release);
    }
}

/// The bounds of a pool of connections to PostgreSQL.
pub(super) fn postgres(options: PgPoolOptions, given_up: &GivenUp, again: PgConnectOptions) -> PgPoolOptions {
    let (given_up, again) = (given_up.clone(), Arc::new(again));
    options.after_connect(|connection, _| Box::pin(check_clients(connection))).after_release(move |connection, _| {
        let (maybe_given_up, again) = (given_up.is_recent(), again.clone());
        Box::pin(async move { take_back(connection, maybe_given_up, &again).await })
    })
}

/// What a connection to PostgreSQL begins with.
pub(super) fn postgres_settings(settings: &DatabaseSettings) -> [(&'static str, String); 3] {
    let millis = |time: Duration| time.as_millis().to_string();
    [
        ("statement_timeout", millis(settings.statement())),
        ("lock_timeout", millis(settings.lock())),
        ("idle_in_transaction_session_timeout", millis(settings.idle_transaction())),
    ]
}

async fn check_clients(connection: &mut PgConnection) -> Result<(), Error> {
    if connection.server_version_num().is_none_or(|version| version < CHECKS_CLIENTS) {
        return Ok(());
    }
    match connection.execute("SET client_connection_check_interval = 500").await {
        // Servers on some systems cannot.
        Err(Error::Database(error)) => tracing::debug!(%error, "the database does not notice clients that go away"),
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    Ok(())
}

async fn take_back(
    connection: &mut PgConnection,
    maybe_given_up: bool,
    again: &PgConnectOptions,
) -> Result<bool, Error> {
    if maybe_given_up && tokio::time::timeout(GRACE, connection.ping()).await.is_err() {
        tracing::info!(
            "a connection to the database is replaced to end its statement, which nobody waits for any longer"
        );
        // The pool would close it in an orderly way, for which it has to wait for the statement if there is TLS. A connection
        // that is dropped is closed at once.
        let fresh = tokio::time::timeout(REPLACING, again.connect()).await;
        let mut fresh = fresh.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))?;
        check_clients(&mut fresh).await?;
        drop(std::mem::replace(connection, fresh));
        return Ok(true);
    }
    is_reusable::<sea_orm::sqlx::Postgres>(connection).await
}

/// Bounds that SQLite's connections do not have by themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct SqliteBounds {
    /// How long a statement may take that no request's deadline ends earlier.
    pub statement: Duration,
    /// How long a connection that writes waits for another process; those that read do not wait.
    pub lock: Option<Duration>,
}

/// The bounds of a pool of one connection to a file of SQLite.
pub(super) fn sqlite(options: SqlitePoolOptions, bounds: SqliteBounds, given_up: &GivenUp) -> SqlitePoolOptions {
    let (end, lock_millis) = (AtomicU64::new(0), AtomicU64::new(0));
    let fresh = Arc::new(SqliteLimits { bounds, given_up: given_up.clone(), end, lock_millis });
    let used = fresh.clone();
    options
        .max_connections(1)
        .after_connect(move |connection, _| fresh.clone().install(connection))
        .before_acquire(move |connection, _| used.clone().keep(connection))
        .after_release(|connection, _| Box::pin(is_reusable::<sea_orm::sqlx::Sqlite>(connection)))
        // There is no server that could have gone away.
        .test_before_acquire(false)
}

/// What holds for whoever uses a connection to SQLite.
struct SqliteLimits {
    bounds: SqliteBounds,
    given_up: GivenUp,
    /// When statements end, in milliseconds as `given_up` counts them.
    end: AtomicU64,
    /// How long the connection waits for another process's lock: what it was told last, in milliseconds; 0 for nothing.
    lock_millis: AtomicU64,
}

impl SqliteLimits {
    fn install(self: Arc<Self>, connection: &mut SqliteConnection) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let limits = self.clone();
            connection.lock_handle().await?.set_progress_handler(STEPS, move || limits.may_go_on());
            self.lock_millis.store(0, Ordering::Release);
            self.begin(connection).await
        })
    }

    fn keep(self: Arc<Self>, connection: &mut SqliteConnection) -> BoxFuture<'_, Result<bool, Error>> {
        Box::pin(async move { self.begin(connection).await.map(|()| true) })
    }

    /// Both hooks run in the task of whoever is given the connection, and so know its deadline.
    async fn begin(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        if self.given_up.is_set() {
            // A statement of whoever had the connection before may still be about to end: its thread tells when it has.
            drop(connection.lock_handle().await?);
            self.given_up.forget();
        }
        let left = deadline::time_left().map_or(self.bounds.statement, |left| left.min(self.bounds.statement));
        let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        self.end.store(self.given_up.now().saturating_add(millis), Ordering::Release);
        let Some(lock) = self.bounds.lock else { return Ok(()) };
        // In steps, because each text of a statement has a place in the cache of statements.
        let millis = u64::try_from(lock.min(left).as_millis()).unwrap_or(u64::MAX).next_multiple_of(250);
        if self.lock_millis.swap(0, Ordering::AcqRel) != millis {
            connection.execute(AssertSqlSafe(format!("PRAGMA busy_timeout = {millis}"))).await?;
        }
        self.lock_millis.store(millis, Ordering::Release);
        Ok(())
    }

    fn may_go_on(&self) -> bool {
        self.given_up.now() < self.end.load(Ordering::Acquire) && !self.given_up.is_set()
    }
}
