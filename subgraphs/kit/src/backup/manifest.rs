//! What a backup consists of.

use std::{fs, path::Path};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::copy::{digest, write_private};

/// The manifest's file.
const NAME: &str = "manifest.json";
/// The form in which this program writes backups, and the only one that it reads.
const FORMAT: u32 = 1;

/// What a backup consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the backup.
    format: u32,
    /// The version of the program that made it.
    pub version: String,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// The databases, in the order in which they were cut.
    pub databases: Vec<DatabaseEntry>,
    /// The files.
    pub files: Vec<FileEntry>,
}

/// The copy of a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseEntry {
    /// What it is called.
    pub name: String,
    /// The migrations that it had.
    pub migrations: Vec<String>,
    /// Its file.
    pub file: FileEntry,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path in the backup.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest, in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a backup that is begun.
    pub(super) fn begin(now: DateTime<Utc>) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, version, made_at: now, databases: Vec::new(), files: Vec::new() }
    }

    /// Writes it into the backup `folder`.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        let mut text = text.as_slice();
        write_private(&folder.join(NAME), &mut text)?;
        Ok(())
    }

    /// The manifest of the backup in `folder`.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join(NAME);
        let text = fs::read(&file).with_context(|| format!("{} is no backup: cannot read {NAME}", folder.display()))?;
        let form: Form = serde_json::from_slice(&text).with_context(|| format!("{}", file.display()))?;
        ensure!(
            form.format == FORMAT,
            "{} is a backup in form {}, and this program reads form {FORMAT}: use the version that made it",
            folder.display(),
            form.format
        );
        serde_json::from_slice(&text).with_context(|| format!("{}", file.display()))
    }

    /// Everything that it names.
    pub(super) fn entries(&self) -> impl Iterator<Item = &FileEntry> {
        self.databases.iter().map(|database| &database.file).chain(&self.files)
    }
}

#[derive(Deserialize)]
struct Form {
    format: u32,
}

impl FileEntry {
    /// Insists that the backup `folder` has the file as it was written, and that its path leads nowhere else.
    pub(super) fn check(&self, folder: &Path) -> anyhow::Result<()> {
        let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
        ensure!(self.path.split('/').count() <= 2 && self.path.split('/').all(plain), "{:?} is no path", self.path);
        let (bytes, sha256) = digest(&folder.join(&self.path))?;
        ensure!(
            bytes == self.bytes && sha256 == self.sha256,
            "{} in {} is damaged: it is not what the backup wrote",
            self.path,
            folder.display()
        );
        Ok(())
    }
}
