//! A database's history: which migrations it has seen, and which programs can work with it.
//!
//! A release that is rolled back leaves a database with migrations that its predecessor does not know. That one may start
//! where nothing is taken away from it, so the program that applies a migration writes down whom it suits: a row of
//! `…_compatibility` says which migration a program must know, at least, to work on a database with this one. Migrations
//! that only add something (expand) need an old one; those that take something away (contract) need the one after which
//! no program uses it. A migration without such a row is for programs that know it.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, Statement,
    sea_query::{Alias, Expr, OnConflict, Query},
};
use sea_orm_migration::{MigratorTrait, SchemaManager};

/// A migration, and the one that a program must know to work on a database that has it.
pub type Compatible = (&'static str, &'static str);

/// The history of a database.
pub struct History<M> {
    compatible: &'static [Compatible],
    /// The tables in which other domains record their migrations.
    others: &'static [&'static str],
    migrator: PhantomData<fn() -> M>,
}

impl<M> Clone for History<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for History<M> {}

/// What a migration is to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has it.
    Applied,
    /// It lacks it.
    Pending,
    /// It has it, and this program does not know it, but can work with it.
    Newer,
    /// It has it, and this program does not know it.
    Unknown,
}

impl<M: MigratorTrait> History<M> {
    /// The history of `M`. Of its migrations, those in `compatible` suit older programs.
    pub const fn new(compatible: &'static [Compatible]) -> Self {
        Self { compatible, others: &[], migrator: PhantomData }
    }

    /// Refuses databases of others: those that have one of `histories`, the tables in which all domains record their
    /// migrations, and not that of `M`.
    #[must_use]
    pub const fn among(self, histories: &'static [&'static str]) -> Self {
        Self { others: histories, ..self }
    }

    /// Insists that a database is not another domain's. Whoever asks for states makes the table that says whose it is.
    ///
    /// # Errors
    /// If it is, or does not answer.
    pub(super) async fn insist_on_own(self, connection: &DatabaseConnection) -> anyhow::Result<()> {
        let (manager, own) = (SchemaManager::new(connection), M::migration_table_name().to_string());
        if manager.has_table(&own).await? {
            return Ok(());
        }
        for other in self.others.iter().filter(|other| **other != own) {
            if manager.has_table(*other).await? {
                bail!(
                    "it is another domain's: it has a table {other} and no {own}; each domain needs a database of its own"
                );
            }
        }
        Ok(())
    }

    /// The migrations that this program knows, in order.
    pub fn known() -> Vec<String> {
        M::migrations().iter().map(|migration| migration.name().to_owned()).collect()
    }

    /// Every migration that the program or the database knows, in order.
    pub async fn states(connection: &DatabaseConnection) -> Result<Vec<(String, State)>, DbErr> {
        let applied = M::get_migration_models(connection).await?;
        let applied: Vec<String> = applied.into_iter().map(|row| row.version).collect();
        let known = Self::known();
        let state = |name: &String| if applied.contains(name) { State::Applied } else { State::Pending };
        let mut states: Vec<_> = known.iter().map(|name| (name.clone(), state(name))).collect();
        let needs = Self::needs(connection).await?;
        for name in applied.iter().filter(|name| !known.contains(name)) {
            let suits = needs.get(name).is_some_and(|needed| known.contains(needed));
            states.push((name.clone(), if suits { State::Newer } else { State::Unknown }));
        }
        Ok(states)
    }

    /// Applies what the database lacks. One that has more than this program knows is left as it is, if the program can work
    /// with that; else this is an error.
    pub async fn up(self, connection: &DatabaseConnection) -> anyhow::Result<()> {
        self.try_up(connection).await.context("the database cannot be migrated")
    }

    async fn try_up(self, connection: &DatabaseConnection) -> anyhow::Result<()> {
        self.insist_on_own(connection).await?;
        let states = Self::states(connection).await?;
        let of = |wanted: State| names(&states, wanted);
        let (newer, unknown, pending) = (of(State::Newer), of(State::Unknown), of(State::Pending));
        if !unknown.is_empty() {
            bail!(
                "it has {}, which this program does not know, and nothing says that it can work with that: use the program \
                 that has applied it, or undo it with that one's `migrate --down`",
                unknown.join(", ")
            );
        }
        if newer.is_empty() {
            self.declare(connection).await?;
            return Ok(M::up(connection, None).await?);
        }
        if !pending.is_empty() {
            bail!("it has {}, but lacks {}: it comes from another release", newer.join(", "), pending.join(", "));
        }
        tracing::warn!(
            migrations = newer.join(", "),
            "the database is one of a newer release; this program can work with it"
        );
        Ok(())
    }

    /// The table of who can work with what.
    fn table() -> String {
        let migrations = M::migration_table_name().to_string();
        format!("{}_compatibility", migrations.trim_end_matches("_migrations"))
    }

    async fn needs(connection: &DatabaseConnection) -> Result<BTreeMap<String, String>, DbErr> {
        if !SchemaManager::new(connection).has_table(Self::table()).await? {
            return Ok(BTreeMap::new());
        }
        let select = Query::select().columns(["version", "needs"]).from(Alias::new(Self::table())).take();
        let rows = connection.query_all(&select).await?;
        rows.iter().map(|row| Ok((row.try_get("", "version")?, row.try_get("", "needs")?))).collect()
    }

    /// Written before the migrations are applied, so that none is ever there without it.
    async fn declare(self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        let table = Self::table();
        let create = format!("CREATE TABLE IF NOT EXISTS {table} (version TEXT PRIMARY KEY, needs TEXT NOT NULL)");
        connection.execute_unprepared(&create).await?;
        for (version, needs) in self.compatible {
            let mut insert = Query::insert();
            insert.into_table(Alias::new(Self::table())).columns(["version", "needs"]);
            insert.values_panic([Expr::value(*version), Expr::value(*needs)]);
            insert.on_conflict(OnConflict::column("version").update_column("needs").to_owned());
            connection.execute(&insert).await?;
        }
        Ok(())
    }

    /// Undoes the migrations after the one called `to`, all or none. If that loses rows or columns, `is_confirmed` must say
    /// that they may be. Returns the migrations that were undone and what was lost.
    pub async fn down(
        self,
        connection: &DatabaseConnection,
        to: &str,
        is_confirmed: bool,
    ) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        use sea_orm::TransactionTrait as _;
        let states = Self::states(connection).await?;
        let unknown: Vec<_> = [names(&states, State::Newer), names(&states, State::Unknown)].concat();
        if !unknown.is_empty() {
            bail!("this program does not know {}: use the one that has applied it", unknown.join(", "));
        }
        let applied = names(&states, State::Applied);
        let place = applied.iter().position(|name| name == to).with_context(|| {
            let last = applied.iter().rev().take(5).cloned().collect::<Vec<_>>().join(", ");
            format!("the database has no migration {to:?}; the last ones that it has are {last}")
        })?;
        let mut undone = applied[place + 1..].to_vec();
        undone.reverse();
        let transaction = connection.begin().await?;
        let before = contents(&transaction).await?;
        M::down(&transaction, Some(u32::try_from(undone.len())?)).await.context("a migration cannot be undone")?;
        let lost = lost(&before, &contents(&transaction).await?);
        if !lost.is_empty() && !is_confirmed {
            transaction.rollback().await?;
            bail!(
                "undoing {} would lose {}; nothing was done: make a backup, then say --yes",
                undone.join(", "),
                lost.join(", ")
            );
        }
        transaction.commit().await?;
        Ok((undone, lost))
    }
}

fn names(states: &[(String, State)], wanted: State) -> Vec<String> {
    states.iter().filter(|(_, state)| *state == wanted).map(|(name, _)| name.clone()).collect()
}

/// How many rows a table has, and in how many of them each column has a value.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    rows: i64,
    filled: BTreeMap<String, i64>,
}

type Contents = BTreeMap<String, Table>;

/// Everything in the database but its history. It reads all of it, so it is nothing for requests.
async fn contents(connection: &impl ConnectionTrait) -> Result<Contents, DbErr> {
    use sea_orm::DbBackend;
    let backend = connection.get_database_backend();
    let columns = match backend {
        DbBackend::Sqlite => {
            "SELECT m.name AS of, p.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        _ => {
            "SELECT c.table_name::text AS of, c.column_name::text AS name FROM information_schema.columns c \
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
        }
    };
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in connection.query_all_raw(Statement::from_string(backend, columns)).await? {
        tables.entry(row.try_get("", "of")?).or_default().insert(row.try_get("", "name")?);
    }
    // Nor the row that readiness writes, of which nobody misses anything.
    tables.retain(|name, _| !name.ends_with("_migrations") && !name.ends_with("_compatibility") && name != "heartbeat");
    let mut contents = Contents::new();
    for (name, columns) in tables {
        let counted = columns.iter().enumerate().map(|(n, column)| format!("count(\"{column}\") AS c{n}"));
        let counts: Vec<_> = std::iter::once("count(*) AS n".to_owned()).chain(counted).collect();
        let count = Statement::from_string(backend, format!("SELECT {} FROM \"{name}\"", counts.join(", ")));
        let Some(row) = connection.query_one_raw(count).await? else { continue };
        let mut table = Table { rows: row.try_get("", "n")?, ..Table::default() };
        for (n, column) in columns.into_iter().enumerate() {
            table.filled.insert(column, row.try_get("", &format!("c{n}"))?);
        }
        contents.insert(name, table);
    }
    Ok(contents)
}

/// What was in `before` and is not in `after`.
fn lost(before: &Contents, after: &Contents) -> Vec<String> {
    let mut lost = Vec::new();
    for (name, table) in before {
        let Some(left) = after.get(name) else {
            if table.rows > 0 {
                lost.push(format!("the table {name} with {} rows", table.rows));
            }
            continue;
        };
        if left.rows < table.rows {
            lost.push(format!("{} of {} rows of {name}", table.rows - left.rows, table.rows));
        }
        let gone = table.filled.iter().filter(|(column, filled)| **filled > 0 && !left.filled.contains_key(*column));
        lost.extend(gone.map(|(column, filled)| format!("the column {name}.{column} with {filled} values")));
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_told_and_what_is_empty_is_not() {
        let table = |rows, filled: &[(&str, i64)]| Table {
            rows,
            filled: filled.iter().map(|(column, count)| ((*column).to_owned(), *count)).collect(),
        };
        let before = Contents::from([
            ("dropped".to_owned(), table(2, &[("a", 2)])),
            ("emptied".to_owned(), table(0, &[("a", 0)])),
            ("kept".to_owned(), table(3, &[("a", 3), ("b", 1), ("c", 0)])),
        ]);
        let after = Contents::from([("kept".to_owned(), table(2, &[("a", 2)])), ("new".to_owned(), table(1, &[]))]);
        assert_eq!(
            lost(&before, &after),
            ["the table dropped with 2 rows", "1 of 3 rows of kept", "the column kept.b with 1 values"]
        );
        assert_eq!(lost(&before, &before), [""; 0]);
    }
}
