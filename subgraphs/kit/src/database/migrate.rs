//! Bringing a database up to date at the start of a process.

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectionTrait as _, TransactionTrait as _,
    sea_query::{Alias, Expr, ExprTrait as _, Query},
};
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
        refuse_foreign(database, &M::migration_table_name().to_string()).await?;
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

/// What the names of tables end with in which domains note their migrations.
const MIGRATIONS: &str = "_migrations";

/// Refuses a database in which another domain has noted its migrations and we have not.
async fn refuse_foreign(database: &Database, ours: &str) -> anyhow::Result<()> {
    let mut names = Query::select();
    if database.is_sqlite() {
        names.column("name").from("sqlite_master").and_where(Expr::col("type").eq("table"));
    } else {
        names.expr_as(Expr::col("table_name").cast_as("text"), Alias::new("name"));
        names
            .from(("information_schema", "tables"))
            .and_where(Expr::col("table_schema").eq(Expr::cust("current_schema()")));
    }
    let rows = database.connection().query_all(&names).await.context("the database's tables cannot be listed")?;
    let names = rows.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    if names.iter().any(|name| name == ours) {
        return Ok(());
    }
    match names.iter().find_map(|name| name.strip_suffix(MIGRATIONS)) {
        Some(owner) if !owner.is_empty() => {
            bail!("the database belongs to {owner}: give each domain a database of its own")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::databases;

    #[tokio::test]
    async fn the_database_of_another_domain_is_refused() {
        for test in databases().await {
            migrate::<migrations::users::Migrator>(&test.database).await.unwrap();
            let error = migrate::<migrations::orders::Migrator>(&test.database).await.unwrap_err().to_string();
            assert!(error.contains("the database belongs to users"), "{}: {error}", test.name);
            migrate::<migrations::users::Migrator>(&test.database).await.unwrap();
        }
    }
}
