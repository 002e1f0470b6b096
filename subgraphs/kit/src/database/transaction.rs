//! A transaction that writes.

use std::{fmt, pin::pin};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::{connections::Turn, holders::Held, pool::Pool};

/// A transaction. Dropped without [`commit`](Self::commit), it is rolled back.
///
/// It cannot begin another one within itself: that would be a savepoint, and whoever committed it would take for stored what
/// the outer transaction may still undo.
pub struct Transaction {
    driver: DatabaseTransaction,
    turn: Turn,
    pool: Pool,
    held: Held,
}

impl Transaction {
    pub(super) fn new(driver: DatabaseTransaction, turn: Turn, pool: Pool, held: Held) -> Self {
        Self { driver, turn, pool, held }
    }

    /// Stores what the transaction did. After an error that has to do with the connection nobody knows whether it did.
    pub async fn commit(self) -> Result<(), DbErr> {
        const COMMIT: &str = "COMMIT";
        let Self { driver, turn, pool, held } = self;
        held.runs(COMMIT);
        pool.before(COMMIT).await?;
        pool.given_up(&turn).watch(pin!(driver.commit())).await?;
        pool.after(COMMIT).await
    }

    /// Undoes what the transaction did.
    pub async fn rollback(self) -> Result<(), DbErr> {
        const ROLLBACK: &str = "ROLLBACK";
        let Self { driver, turn, pool, held } = self;
        held.runs(ROLLBACK);
        pool.before(ROLLBACK).await?;
        pool.given_up(&turn).watch(pin!(driver.rollback())).await?;
        pool.after(ROLLBACK).await
    }

    async fn run<'a, T, F>(
        &'a self,
        statement: Statement,
        ask: impl FnOnce(&'a DatabaseTransaction, Statement) -> F,
    ) -> Result<T, DbErr>
    where
        F: Future<Output = Result<T, DbErr>>,
    {
        self.held.runs(&statement.sql);
        if !self.pool.watches() {
            return self.pool.given_up(&self.turn).watch(pin!(ask(&self.driver, statement))).await;
        }
        let sql = statement.sql.clone();
        self.pool.before(&sql).await?;
        let result = self.pool.given_up(&self.turn).watch(pin!(ask(&self.driver, statement))).await?;
        self.pool.after(&sql).await?;
        Ok(result)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.held.fmt(f)
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.driver.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(statement, ConnectionTrait::execute_raw).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.held.runs(sql);
        self.pool.before(sql).await?;
        let result = self.pool.given_up(&self.turn).watch(pin!(self.driver.execute_unprepared(sql))).await?;
        self.pool.after(sql).await?;
        Ok(result)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(statement, ConnectionTrait::query_one_raw).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(statement, ConnectionTrait::query_all_raw).await
    }
}
