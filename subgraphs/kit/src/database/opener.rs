//! Opens the pools of one database, and finds out why no connection can be had.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::anyhow;
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, RuntimeErr,
    error::SqlxError,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};
use tokio::sync::Mutex;

use super::{
    Reason,
    connections::{Connections, DriverPool},
    crowd::Crowd,
    holders::Holders,
    limits::{self, GivenUp, SqliteBounds},
    pool::{Inner, Pool},
};

/// How often a connection to PostgreSQL is asked for within the time for that.
pub(super) const TRIES: u32 = 5;
/// How long a connection to SQLite is waited for where nothing else is said.
const SQLITE_PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection may take that is opened only to learn why others cannot be.
const ATTEMPT: Duration = Duration::from_secs(2);
/// For how long what was learned is told to others.
const FRESH: Duration = Duration::from_secs(1);

/// What is known of a database whose pools are opened.
pub(super) struct Opener {
    /// The database's address as people may see it.
    name: String,
    /// How a connection to PostgreSQL is opened.
    postgres: Option<PgConnectOptions>,
    statements: Arc<AtomicU64>,
    /// When somebody last found out why no connection could be had, and why; none: one could.
    last: Mutex<Option<(Instant, Option<Arc<SqlxError>>)>>,
}

impl Opener {
    pub fn new(name: &str, statements: Arc<AtomicU64>, postgres: Option<PgConnectOptions>) -> Self {
        Self { name: name.to_owned(), postgres, statements, last: Mutex::default() }
    }

    /// Opens a pool of at most so many connections to PostgreSQL, for `who`.
    pub async fn open(
        self: &Arc<Self>,
        mut options: ConnectOptions,
        who: &'static str,
        most: u32,
    ) -> anyhow::Result<Pool> {
        let given_up = GivenUp::default();
        let watched = given_up.clone();
        options.max_connections(most);
        if let Some(again) = self.postgres.clone() {
            options.map_sqlx_postgres_pool_opts(move |options| limits::postgres(options, &watched, again.clone()));
        }
        let pool = DriverPool { driver: self.connect(options).await?, given_up };
        Ok(self.pool(Connections::of_one_pool(pool), TRIES, who, most))
    }

    /// Opens so many connections to a file of SQLite, for `who`: the first one now, unless that is lazy, too, and the others
    /// when they are needed.
    pub async fn open_sqlite(
        self: &Arc<Self>,
        mut options: ConnectOptions,
        bounds: SqliteBounds,
        who: &'static str,
        most: u32,
    ) -> anyhow::Result<Pool> {
        let patience = options.get_acquire_timeout().unwrap_or(SQLITE_PATIENCE);
        let mut pools = Vec::new();
        for _ in 0..most {
            let given_up = GivenUp::default();
            let watched = given_up.clone();
            options.map_sqlx_sqlite_pool_opts(move |options| limits::sqlite(options, bounds, &watched));
            pools.push(DriverPool { driver: self.connect(options.clone()).await?, given_up });
            options.connect_lazy(true).min_connections(0);
        }
        Ok(self.pool(Connections::of_single_ones(pools, patience), 1, who, most))
    }

    fn pool(self: &Arc<Self>, connections: Connections, tries: u32, who: &'static str, most: u32) -> Pool {
        Pool(Arc::new(Inner {
            tries,
            connections,
            holders: Holders::new(who, most),
            crowd: Crowd::default(),
            opener: self.clone(),
            #[cfg(any(test, feature = "testing"))]
            faults: crate::testing::Faults::default(),
        }))
    }

    /// Connects, and says why that does not work. A server that is only starting is waited for.
    async fn connect(&self, options: ConnectOptions) -> anyhow::Result<DatabaseConnection> {
        let name = &self.name;
        let mut tries = 1;
        let error = loop {
            match sea_orm::Database::connect(options.clone()).await {
                Ok(mut driver) => {
                    let count = self.statements.clone();
                    driver.set_metric_callback(move |_| {
                        count.fetch_add(1, Ordering::Relaxed);
                    });
                    return Ok(driver);
                }
                Err(error) if tries < TRIES && Reason::of(&error) == Some(Reason::Exhausted) => tries += 1,
                Err(error) => break error,
            }
        };
        let error = if Reason::of(&error) == Some(Reason::Exhausted) {
            self.why_not().await.map_or(error, |cause| DbErr::Conn(RuntimeErr::SqlxError(cause)))
        } else {
            error
        };
        Err(match Reason::of(&error) {
            Some(reason) => anyhow!("cannot open the database {name}: {reason}: {error}"),
            None => anyhow::Error::new(error).context(format!("cannot open the database {name}")),
        })
    }

    /// Why no connection to PostgreSQL can be had at the moment; `None` if one can. A pool that waits for one in vain does
    /// not say. Whoever asks while another finds out gets the same answer.
    pub async fn why_not(&self) -> Option<Arc<SqlxError>> {
        let options = self.postgres.as_ref()?;
        let mut last = self.last.lock().await;
        if let Some((at, cause)) = &*last
            && at.elapsed() < FRESH
        {
            return cause.clone();
        }
        let cause = match tokio::time::timeout(ATTEMPT, options.connect()).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(Arc::new(error)),
            Err(_) => {
                let error = std::io::Error::new(std::io::ErrorKind::TimedOut, "the server does not answer");
                Some(Arc::new(SqlxError::Io(error)))
            }
        };
        *last = Some((Instant::now(), cause.clone()));
        cause
    }
}
