//! `migrate`: brings a database up to date, shows how far it is, or takes it back.

use std::fmt::Write as _;

use runtime::output::print;
use sea_orm_migration::MigratorTrait;

use super::{Database, History, State, open::open_unbounded};

/// What `migrate` is asked for; without a flag, to bring the database up to date.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct MigrateArgs {
    /// Show which migrations the database has, and change nothing
    #[arg(long, conflicts_with = "down")]
    status: bool,

    /// Undo the migrations after this one, all or none; --status shows their names
    #[arg(long, value_name = "NAME")]
    down: Option<String>,

    /// Undo them although that loses data
    #[arg(long, requires = "down")]
    yes: bool,
}

impl MigrateArgs {
    /// Does so. The database is the one of `history`, as [`Database::connect`] gives it.
    ///
    /// # Errors
    /// If it cannot be done, or would lose data and nobody said that it may.
    pub async fn run<M: MigratorTrait>(&self, history: History<M>, database: &Database) -> anyhow::Result<()> {
        if self.status {
            history.insist_on_own(database.schema()).await?;
            return print(shown(&History::<M>::states(database.schema()).await?));
        }
        let Some(to) = &self.down else { return history.migrate(database).await };
        let (undone, lost) = history.down(&open_unbounded(&database.url).await?, to, self.yes).await?;
        let mut told = String::new();
        for name in undone {
            let _ = writeln!(told, "undone {name}");
        }
        for what in lost {
            let _ = writeln!(told, "lost {what}");
        }
        print(told)
    }
}

fn shown(states: &[(String, State)]) -> String {
    let mut text = String::new();
    for (name, state) in states {
        let state = match state {
            State::Applied => "applied",
            State::Pending => "pending",
            State::Newer => "newer, compatible",
            State::Unknown => "unknown, incompatible",
        };
        let _ = writeln!(text, "{name}  {state}");
    }
    text
}
