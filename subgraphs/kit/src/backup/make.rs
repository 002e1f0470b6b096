//! Making a backup.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use sea_orm::sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection, query,
    sqlite::SqliteConnectOptions,
};

use super::{
    Part, Tell,
    copy::{copy_private, create_private, digest, is_empty, make_private, sync_folder},
    manifest::{DatabaseEntry, FileEntry, Manifest},
};
use crate::{Clock, random};

/// How long a copy waits for a lock. Only a process that brings the database up to date holds one that a reader has to wait for.
const BUSY: std::time::Duration = std::time::Duration::from_secs(30);
/// Files between two lines about them.
const REPORT: usize = 1000;

/// A folder that is removed again unless it is kept.
struct Partial(Option<PathBuf>);

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // Where that fails, its name says what it is.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Copies `parts`, in this order, into the new folder `target`, while they are in use or not. The folder is there when all of it
/// is on the disk, and not before.
///
/// # Errors
///
/// Where `target` has anything in it, a part is on PostgreSQL or has no database, or something cannot be read or written.
pub async fn make(parts: &[Part], target: &Path, tell: &mut Tell<'_>) -> anyhow::Result<Manifest> {
    for part in parts {
        let file = part.file()?;
        ensure!(file.is_file(), "there is no database of {} to back up at {}", part.name, file.display());
    }
    ensure!(is_empty(target)?, "{} is not empty: name a new folder for the backup", target.display());
    let target = std::path::absolute(target)?;
    let (parent, name) = target.parent().zip(target.file_name()).context("the folder for the backup has no name")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    let unfinished = format!(".{}.{}.unfinished", name.to_string_lossy(), random::uuid().simple());
    let mut partial = Partial(Some(parent.join(unfinished)));
    let folder = partial.0.clone().unwrap_or_default();
    make_private(&folder)?;
    let mut manifest = Manifest::begin(Clock::system().now());
    for part in parts {
        manifest.databases.push(copy_database(part, &folder).await.with_context(|| part.name)?);
        tell(&format!("{}: {} bytes", part.name, manifest.databases.last().map_or(0, |entry| entry.file.bytes)));
        // After the rows that name them: files are never changed, so that each file that a row names is there.
        if let Some(files) = &part.files {
            copy_files(files, &folder, &mut manifest.files, tell)?;
        }
    }
    manifest.write(&folder)?;
    sync_folder(&folder)?;
    fs::rename(&folder, &target).with_context(|| format!("cannot make the folder {}", target.display()))?;
    partial.0 = None;
    sync_folder(parent)?;
    Ok(manifest)
}

async fn copy_database(part: &Part, folder: &Path) -> anyhow::Result<DatabaseEntry> {
    let (source, path) = (part.file()?, format!("{}.sqlite", part.name));
    let copy = folder.join(&path);
    // SQLite takes an empty file, and keeps its permissions.
    drop(create_private(&copy)?);
    let mut connection = open(&source).await?;
    // As of one moment, and without a lock that a writer would notice. Free pages are left out.
    let into = format!("VACUUM INTO '{}'", copy.display().to_string().replace('\'', "''"));
    query(AssertSqlSafe(into)).execute(&mut connection).await?;
    connection.close().await?;
    let migrations = migrations(&copy, &part.table).await?;
    tokio::task::spawn_blocking(move || {
        fs::File::open(&copy)?.sync_all()?;
        let (bytes, sha256) = digest(&copy)?;
        Ok(DatabaseEntry { name: part_name(&path), migrations, file: FileEntry { path, bytes, sha256 } })
    })
    .await?
}

fn part_name(path: &str) -> String {
    path.trim_end_matches(".sqlite").to_owned()
}

async fn open(file: &Path) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(BUSY);
    let opened = options.disable_statement_logging().connect().await;
    opened.with_context(|| format!("cannot open {}", file.display()))
}

/// The migrations that a copy has.
async fn migrations(copy: &Path, table: &str) -> anyhow::Result<Vec<String>> {
    let mut connection = open(copy).await?;
    let select = format!("SELECT version FROM {table} ORDER BY version");
    let rows = query(AssertSqlSafe(select)).fetch_all(&mut connection).await.context("it has no history")?;
    connection.close().await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn copy_files(from: &Path, folder: &Path, entries: &mut Vec<FileEntry>, tell: &mut Tell<'_>) -> anyhow::Result<()> {
    let to = folder.join("files");
    make_private(&to)?;
    let found = match fs::read_dir(from) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot look into {}", from.display())),
    };
    let mut names = Vec::new();
    for entry in found {
        let entry = entry?;
        // What begins with a dot is a part of a file that is being written.
        if let Ok(name) = entry.file_name().into_string()
            && !name.starts_with('.')
            && entry.file_type()?.is_file()
        {
            names.push(name);
        }
    }
    names.sort();
    for (index, name) in names.iter().enumerate() {
        // One that was deleted a moment ago is named by no row any more.
        if !from.join(name).exists() {
            continue;
        }
        let (bytes, sha256) = copy_private(&from.join(name), &to.join(name))?;
        entries.push(FileEntry { path: format!("files/{name}"), bytes, sha256 });
        if (index + 1) % REPORT == 0 {
            tell(&format!("{} of {} files", index + 1, names.len()));
        }
    }
    tell(&format!("{} files", entries.len()));
    sync_folder(&to)
}
