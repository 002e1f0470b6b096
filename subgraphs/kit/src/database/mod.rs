//! One domain's database.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use sea_orm_migration::MigratorTrait;

/// One domain's database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    connection: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

impl Database {
    /// Opens `sqlite:path` (made where it is missing) or `postgres://…`.
    pub async fn connect(_url: &str) -> anyhow::Result<Self> {
        todo!()
    }

    /// For reading, and for writing where one statement is all.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// A transaction that writes.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        todo!()
    }

    /// How many statements were executed so far.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        todo!()
    }
}

/// Brings the database up to date with `M`.
pub async fn migrate<M: MigratorTrait>(_database: &Database) -> anyhow::Result<()> {
    todo!()
}

/// What the driver says was not unique: PostgreSQL the index's name, SQLite `table.column` (or `index 'name'`).
pub fn unique_violation(_error: &DbErr) -> Option<String> {
    todo!()
}

/// Whether `error` says that `index` (over `column`, written `table.column`) was violated.
pub fn is_unique(_error: &DbErr, _index: &str, _column: &str) -> bool {
    todo!()
}
