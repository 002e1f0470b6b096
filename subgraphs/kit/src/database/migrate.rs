//! Bringing a database up to date at the start of a process.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigratorTrait;

use super::{Database, History};

/// "rialto", as the key of PostgreSQL's advisory lock.
const LOCK: i64 = 0x7269_616c_746f;

/// Applies what `M` has and the database lacks. Replicas that start together wait for each other.
pub async fn migrate<M: MigratorTrait>(database: &Database) -> anyhow::Result<()> {
    History::<M>::new(&[]).migrate(database).await
}

impl<M: MigratorTrait> History<M> {
    /// The same as [`Self::up`] for a process of several that start together: they wait for each other.
    pub async fn migrate(self, database: &Database) -> anyhow::Result<()> {
        if database.is_sqlite() {
            // A file has one process.
            return self.up(database.writer()).await;
        }
        let lock = database.begin_write().await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
        let done = self.up(database.writer()).await;
        lock.commit().await?;
        done
    }
}
