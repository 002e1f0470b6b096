//! A write in the database: nothing less shows that it takes writes.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DbErr, DeriveIden,
    sea_query::{OnConflict, Query},
};

use super::{Check, Finding, public_reason};
use crate::{
    Clock, Database,
    database::{Tables, Transaction},
};

/// How long PostgreSQL lets the check wait for a lock. Less than whoever asks waits, so that the reason is told.
const LOCK_TIMEOUT: Duration = Duration::from_millis(1500);
/// The row that is written.
const ROW: i16 = 1;

#[derive(DeriveIden)]
enum Row {
    #[sea_orm(iden = "heartbeat")]
    Table,
    Id,
    BeatenAt,
}

/// Looks for every column that the program needs, and writes a row as a purchase would: behind the same locks, on the same
/// disk, with the same connections.
pub(super) struct Heartbeat {
    database: Database,
    tables: Tables,
}

impl Heartbeat {
    pub fn new(database: Database, tables: Tables) -> Self {
        Self { database, tables }
    }

    async fn beat(&self) -> Result<(), DbErr> {
        let transaction = self.database.begin_write().await?;
        let beaten = self.write(&transaction).await;
        match beaten {
            Ok(()) => transaction.commit().await,
            Err(error) => {
                // What failed is the reason, whatever becomes of the roll-back.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    async fn write(&self, transaction: &Transaction) -> Result<(), DbErr> {
        if !self.database.is_sqlite() {
            let timeout = LOCK_TIMEOUT.as_millis();
            transaction.execute_unprepared(&format!("SET LOCAL lock_timeout = {timeout}")).await?;
            // The lock that every INSERT, UPDATE and DELETE takes. It keeps nobody from reading or writing.
            if let Some(lock) = self.tables.lock_as_writers() {
                transaction.execute_unprepared(&lock).await?;
            }
        }
        self.tables.probe(transaction).await?;
        let row = Query::insert()
            .into_table(Row::Table)
            .columns([Row::Id, Row::BeatenAt])
            .values_panic([ROW.into(), Clock::system().now().into()])
            .on_conflict(OnConflict::column(Row::Id).update_column(Row::BeatenAt).to_owned())
            .to_owned();
        transaction.execute(&row).await.map(drop)
    }
}

#[async_trait]
impl Check for Heartbeat {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn run(&self) -> Finding {
        match self.beat().await {
            Ok(()) => Finding::pass(),
            Err(error) => Finding::fail(public_reason(&error)).because(error),
        }
    }
}
