//! Backup and restore of what a shop keeps on one machine: SQLite databases, and folders of files.
//!
//! A backup is a folder with a copy of each database as of one moment ([`make`]), the files, and a manifest that names every
//! one of them with its length and digest. It is there whole or not at all, and can be made while the shop is running. A
//! restore ([`restore`]) checks all of it before it touches anything, and deletes nothing: what was there is set aside.
//!
//! Several databases cannot be cut at one moment. [`Part`]s are cut in the order in which they are given, so that the later
//! ones know at least what the earlier ones do; what is open between them is for the domains to repair.
//!
//! PostgreSQL has tools of its own, which know more than a copy of rows: it is refused here.

mod cli;
mod copy;
mod make;
mod manifest;
mod restore;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::bail;
use sea_orm_migration::MigratorTrait;

pub use self::{
    cli::{BackupArgs, RestoreArgs},
    make::make,
    manifest::Manifest,
    restore::restore,
};

/// What is called when something has been done, with a line that says so.
pub type Tell<'t> = dyn FnMut(&str) + Send + 't;

/// A database, with the files that belong to it.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called in the backup.
    pub name: &'static str,
    /// Where it is.
    pub url: String,
    /// The folder of the files that its rows name, if they name any.
    pub files: Option<PathBuf>,
    /// The table of its migrations.
    table: String,
    /// The migrations that this program knows.
    known: Vec<String>,
}

impl Part {
    /// The database at `url` whose history is `M`'s.
    pub fn new<M: MigratorTrait>(name: &'static str, url: &str) -> Self {
        Self {
            name,
            url: url.to_owned(),
            files: None,
            table: M::migration_table_name().to_string(),
            known: M::migrations().iter().map(|migration| migration.name().to_owned()).collect(),
        }
    }

    /// With a folder of files.
    #[must_use]
    pub fn with_files(self, folder: PathBuf) -> Self {
        Self { files: Some(folder), ..self }
    }

    /// The database's file.
    fn file(&self) -> anyhow::Result<PathBuf> {
        match crate::database::sqlite_path(&self.url) {
            Some(file) => Ok(file),
            None => bail!(
                "backup and restore are for SQLite files, and {} is on PostgreSQL: use pg_dump and pg_restore, in the order \
                 that docs/operations.md gives (\"Backup\")",
                self.name
            ),
        }
    }
}
