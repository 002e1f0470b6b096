//! `backup` and `restore`: the command lines of whoever has parts to keep.

use std::path::PathBuf;

use clap::Args;
use runtime::output::{announce, complain};

use super::{Part, make, restore};

/// Where a backup goes.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// The folder to make; it must not exist, or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Which backup is put in place.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The folder that `backup` made
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Set aside what is there already; it is renamed, not deleted
    #[arg(long)]
    replace: bool,
}

impl BackupArgs {
    /// Makes the backup, and says what is in it.
    pub async fn run(&self, parts: &[Part]) -> anyhow::Result<()> {
        let manifest = make(parts, &self.folder, &mut |line| complain(line)).await?;
        let (databases, files) = (manifest.databases.len(), manifest.files.len());
        announce(format_args!("{}: databases: {databases}, files: {files}", self.folder.display()));
        Ok(())
    }
}

impl RestoreArgs {
    /// Puts the backup in place.
    pub async fn run(&self, parts: &[Part]) -> anyhow::Result<()> {
        restore(parts, &self.folder, self.replace, &mut |line| complain(line)).await?;
        announce("restored; before the shop opens, `repair --dry-run` shows what does not agree any more");
        Ok(())
    }
}
