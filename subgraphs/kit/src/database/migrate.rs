//! Bringing a database up to date at the start of a process.

use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use sea_orm_migration::MigratorTrait;

use super::{Database, History, open::open_unbounded};

/// "rialto", as the key of PostgreSQL's advisory lock.
const LOCK: i64 = 0x7269_616c_746f;

/// Applies what `M` has and the database lacks. Replicas that start together wait for each other.
pub async fn migrate<M: MigratorTrait>(database: &Database) -> anyhow::Result<()> {
    History::<M>::new(&[]).migrate(database).await
}

impl<M: MigratorTrait> History<M> {
    /// The same as [`Self::up`] for a process of several that start together: they wait for each other. A database that belongs
    /// to another domain is refused, as its tables would be mixed with ours. It takes as long as it takes: the bounds of
    /// other statements do not hold for it.
    pub async fn migrate(self, database: &Database) -> anyhow::Result<()> {
        let connections = open_unbounded(&database.url).await?;
        let done = if database.is_sqlite() {
            // A file has one process.
            self.up(&connections).await
        } else {
            let lock = connections.begin().await?;
            lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
            let done = self.up(&connections).await;
            lock.commit().await?;
            done
        };
        connections.close().await?;
        done
    }
}
