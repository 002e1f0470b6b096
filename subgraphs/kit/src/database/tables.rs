//! The tables and columns that a program needs, and whether a database has them.

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, QueryTrait as _,
    sea_query::{Condition, Expr, Query, SelectStatement},
};

/// Tables with the columns that are read and written. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    names: Vec<String>,
    reads: Vec<SelectStatement>,
}

impl Tables {
    /// No tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the table of an entity, with all of its columns.
    #[must_use]
    pub fn entity<E: EntityTrait>(self) -> Self {
        self.add(E::default().table_name(), E::find().into_query())
    }

    /// Adds a table without an entity.
    #[must_use]
    pub fn table(self, name: &'static str, columns: &[&'static str]) -> Self {
        // Columns are named with their table: SQLite takes a bare name that it does not know for a text.
        let columns = columns.iter().map(|column| (name, *column));
        let read = Query::select().columns(columns).from(name).to_owned();
        self.add(name, read)
    }

    /// Adds the tables of background jobs ([`crate::jobs`]).
    #[must_use]
    pub fn jobs(self) -> Self {
        let columns = [
            "id",
            "topic",
            "key",
            "payload",
            "once",
            "tries",
            "due_at",
            "lease",
            "leased_until",
            "last_error",
            "created_at",
            "finished_at",
            "parked_at",
        ];
        self.table("jobs", &columns).table("inbox", &["consumer", "message_id", "received_at"])
    }

    /// Adds the table of idempotency keys ([`crate::idempotency`]).
    #[must_use]
    pub fn idempotency(self) -> Self {
        self.table("idempotency", &["actor", "mutation", "key", "fingerprint", "reference", "created_at"])
    }

    fn add(mut self, name: &str, mut read: SelectStatement) -> Self {
        self.names.push(name.to_owned());
        self.reads.push(read.limit(0).to_owned());
        self
    }

    /// Asks `db` for every column, in one statement that reads no row.
    ///
    /// # Errors
    /// If one is missing, or the database does not answer.
    pub async fn probe(&self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        let exists = self.reads.iter().map(|read| Expr::exists(read.clone()));
        let any = exists.fold(Condition::any(), Condition::add);
        if any.is_empty() {
            return Ok(());
        }
        let probe = Query::select().expr(Expr::val(1)).cond_where(any).to_owned();
        db.query_one(&probe).await.map(drop)
    }

    /// The statement that takes the locks of one who writes to all of these tables (PostgreSQL).
    pub fn lock_as_writers(&self) -> Option<String> {
        let names: Vec<_> = self.names.iter().map(|name| format!("\"{name}\"")).collect();
        (!names.is_empty()).then(|| format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::databases;

    #[tokio::test]
    async fn a_missing_column_or_table_is_an_error_and_no_row_is_needed() {
        for test in databases().await {
            let db = test.database.writer();
            db.execute_unprepared("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL)").await.unwrap();
            db.execute_unprepared("CREATE TABLE others (id BIGINT PRIMARY KEY)").await.unwrap();
            let good = Tables::new().table("things", &["id", "name"]).table("others", &["id"]);
            good.probe(db).await.unwrap();
            db.execute_unprepared("INSERT INTO things VALUES (1, 'one')").await.unwrap();
            good.probe(db).await.unwrap();
            good.clone().table("things", &["colour"]).probe(db).await.unwrap_err();
            good.clone().table("nothing", &["id"]).probe(db).await.unwrap_err();
            db.execute_unprepared("ALTER TABLE things DROP COLUMN name").await.unwrap();
            good.probe(db).await.unwrap_err();
            db.execute_unprepared("ALTER TABLE things ADD COLUMN name TEXT").await.unwrap();
            good.probe(db).await.unwrap();
            Tables::new().probe(db).await.unwrap();
        }
    }
}
