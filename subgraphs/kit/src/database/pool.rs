//! The connections of a database, as whoever runs statements sees them.
//!
//! SeaORM's own connection does the work. What this adds to each statement: it is known what uses the connections when all
//! of them are in use ([`super::holders`]), the error says why the database did not answer rather than that a pool
//! timed out, and a statement that is given up half-way is not left to run on ([`super::limits`]).

use std::{fmt, pin::pin, sync::Arc};

use async_trait::async_trait;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
};

use super::{
    Reason, Transaction,
    connections::{Connections, DriverPool, Turn},
    crowd::Crowd,
    holders::Holders,
    limits::GivenUp,
    opener::Opener,
};
#[cfg(any(test, feature = "testing"))]
use crate::testing::Faults;

/// Connections to a database. Cheap to clone: clones share them.
#[derive(Clone)]
pub struct Pool(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub connections: Connections,
    pub holders: Holders,
    pub opener: Arc<Opener>,
    /// How often to ask for a connection.
    pub tries: u32,
    pub crowd: Crowd,
    #[cfg(any(test, feature = "testing"))]
    pub faults: Faults,
}

impl Pool {
    /// A transaction. On SQLite it takes the write lock at once.
    pub(super) async fn begin(&self) -> Result<Transaction, DbErr> {
        const BEGIN: &str = "BEGIN";
        let held = self.0.holders.hold(BEGIN);
        self.before(BEGIN).await?;
        let options = || TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let turn = self.turn().await?;
        let driver = self.ask_in_turn(&turn, (), |driver, ()| driver.begin_with_options(options())).await?;
        let transaction = Transaction::new(driver, turn, self.clone(), held);
        self.after(BEGIN).await?;
        Ok(transaction)
    }

    /// Whether the database answers.
    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        let _held = self.0.holders.hold("ping");
        self.ask((), |driver, ()| driver.ping()).await
    }

    async fn run<'a, T, F>(
        &'a self,
        statement: Statement,
        ask: impl Fn(&'a DatabaseConnection, Statement) -> F,
    ) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        let _held = self.0.holders.hold(&statement.sql);
        if !self.watches() {
            return self.ask(statement, ask).await;
        }
        let sql = statement.sql.clone();
        self.before(&sql).await?;
        let result = self.ask(statement, ask).await?;
        self.after(&sql).await?;
        Ok(result)
    }

    async fn ask<'a, S: Clone, T, F>(
        &'a self,
        statement: S,
        ask: impl Fn(&'a DatabaseConnection, S) -> F,
    ) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        let turn = self.turn().await?;
        self.ask_in_turn(&turn, statement, ask).await
    }

    async fn turn(&self) -> Result<Turn, DbErr> {
        match self.0.connections.turn().await {
            Err(error) => Err(self.explain(error).await),
            turn => turn,
        }
    }

    /// Asks the driver, and again where it got no connection in time: a driver that cannot open one waits for that, rather
    /// than for one that others give back.
    async fn ask_in_turn<'a, S: Clone, T, F>(
        &'a self,
        turn: &Turn,
        statement: S,
        ask: impl Fn(&'a DatabaseConnection, S) -> F,
    ) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        let pool = &*self.0;
        let DriverPool { driver, given_up } = pool.connections.of(turn);
        for _ in 1..pool.tries {
            pool.crowd.turn(|| idle(driver) > 0).await;
            let result = given_up.watch(pin!(ask(driver, statement.clone()))).await;
            if !is_timeout(&result) {
                return result;
            }
            let cause = pool.opener.why_not().await;
            if cause.is_some_and(|cause| Reason::of_driver(&cause) == Some(Reason::TooManyClients)) {
                pool.crowd.begin();
            }
        }
        match given_up.watch(pin!(ask(driver, statement))).await {
            Err(error) => Err(self.explain(error).await),
            done => done,
        }
    }

    pub(super) fn given_up(&self, turn: &Turn) -> &GivenUp {
        &self.0.connections.of(turn).given_up
    }

    /// The reason behind an error that only says that there was no connection.
    async fn explain(&self, error: DbErr) -> DbErr {
        if !is_timeout::<()>(&Err(error.clone())) {
            return error;
        }
        if let Some(cause) = self.0.opener.why_not().await {
            return DbErr::Conn(RuntimeErr::SqlxError(cause));
        }
        self.0.holders.report();
        error
    }

    /// The driver's own view of one of the connections, for migrations.
    pub(super) fn driver(&self) -> &DatabaseConnection {
        &self.0.connections.first().driver
    }

    /// Closes the connections, when their statements have ended.
    pub(super) async fn close(&self) {
        self.0.connections.close().await;
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn watches(&self) -> bool {
        self.0.faults.is_set()
    }

    #[cfg(not(any(test, feature = "testing")))]
    pub(super) fn watches(&self) -> bool {
        false
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) async fn before(&self, statement: &str) -> Result<(), DbErr> {
        self.0.faults.before(statement).await
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) async fn after(&self, statement: &str) -> Result<(), DbErr> {
        self.0.faults.after(statement).await
    }

    #[cfg(not(any(test, feature = "testing")))]
    #[allow(clippy::unused_async)]
    pub(super) async fn before(&self, _: &str) -> Result<(), DbErr> {
        Ok(())
    }

    #[cfg(not(any(test, feature = "testing")))]
    #[allow(clippy::unused_async)]
    pub(super) async fn after(&self, _: &str) -> Result<(), DbErr> {
        Ok(())
    }
}

/// How many connections nobody uses.
fn idle(driver: &DatabaseConnection) -> usize {
    match driver.get_database_backend() {
        DbBackend::Postgres => driver.get_postgres_connection_pool().num_idle(),
        _ => driver.get_sqlite_connection_pool().num_idle(),
    }
}

fn is_timeout<T>(result: &Result<T, DbErr>) -> bool {
    matches!(result, Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.holders.fmt(f)
    }
}

#[async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        self.driver().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(statement, ConnectionTrait::execute_raw).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let _held = self.0.holders.hold(sql);
        self.before(sql).await?;
        let result = self.ask(sql, ConnectionTrait::execute_unprepared).await?;
        self.after(sql).await?;
        Ok(result)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(statement, ConnectionTrait::query_one_raw).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(statement, ConnectionTrait::query_all_raw).await
    }
}
