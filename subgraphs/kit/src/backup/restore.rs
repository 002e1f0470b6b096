//! Putting a backup in place.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use sea_orm::sqlx::{
    ConnectOptions as _, Connection as _,
    error::DatabaseError,
    query,
    sqlite::{SqliteConnectOptions, SqliteLockingMode},
};

use super::{
    Part, Tell,
    copy::{copy_private, is_empty, make_private, sync_folder},
    manifest::{DatabaseEntry, FileEntry, Manifest},
};
use crate::{Clock, data};

/// What SQLite keeps beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// SQLite's codes for a file that somebody else uses.
const BUSY: [&str; 2] = ["5", "6"];

/// Something to be put in place: what is new, and where it goes.
struct Swap {
    new: PathBuf,
    place: PathBuf,
    is_database: bool,
}

/// Puts the databases and files of the backup in `folder` in place. All of it is checked, and copied to where it goes, before
/// anything is touched; what is there already is set aside, if it may be replaced, under a name that ends in `replaced-` and
/// the time.
///
/// # Errors
///
/// Where the backup is damaged, of another program's version, or not of these parts; where something is there that must not be
/// replaced, or is in use; and where something cannot be written.
pub async fn restore(parts: &[Part], folder: &Path, replace: bool, tell: &mut Tell<'_>) -> anyhow::Result<Manifest> {
    let manifest = Manifest::read(folder)?;
    let entries = parts.iter().map(|part| check(part, &manifest, folder)).collect::<anyhow::Result<Vec<_>>>()?;
    for part in parts {
        check_place(part, replace).await?;
    }
    let whole = manifest.clone();
    let from = folder.to_owned();
    tokio::task::spawn_blocking(move || whole.entries().try_for_each(|entry| entry.check(&from))).await??;
    tell(&format!("the backup of {} is whole: version {}", manifest.made_at.format("%F %T UTC"), manifest.version));
    let mut swaps = Vec::new();
    let prepared = parts
        .iter()
        .zip(&entries)
        .try_for_each(|(part, entry)| prepare(part, entry, &manifest.files, folder, &mut swaps));
    if let Err(error) = prepared {
        for swap in &swaps {
            let _ = if swap.new.is_dir() { fs::remove_dir_all(&swap.new) } else { fs::remove_file(&swap.new) };
        }
        return Err(error);
    }
    let now = Clock::system().now().format("%Y%m%dT%H%M%SZ").to_string();
    for Swap { new, place, is_database } in &swaps {
        set_aside(place, &now, tell)?;
        fs::rename(new, place).with_context(|| format!("cannot put {} in place", place.display()))?;
        if let Some(parent) = place.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        if *is_database {
            // It belongs to this folder now, wherever it comes from.
            data::settle(place).await?;
        }
        tell(&format!("{} is restored", place.display()));
    }
    Ok(manifest)
}

/// What the backup has of a part, if this program can work with it.
fn check<'m>(part: &Part, manifest: &'m Manifest, folder: &Path) -> anyhow::Result<&'m DatabaseEntry> {
    let name = part.name;
    let entry = manifest.databases.iter().find(|entry| entry.name == name);
    let entry = entry.with_context(|| format!("{} is a backup, but not of {name}", folder.display()))?;
    let unknown = entry.migrations.iter().find(|migration| !part.known.contains(migration));
    if let Some(unknown) = unknown {
        bail!(
            "the backup of {name} is of a later version ({}), with the migration {unknown}, which this program does not know",
            manifest.version
        );
    }
    Ok(entry)
}

/// Whether something is in the place of a part, and may be replaced.
async fn check_place(part: &Part, replace: bool) -> anyhow::Result<()> {
    let file = part.file()?;
    let has_files = part.files.as_deref().map_or(Ok(true), is_empty).map(|is_empty| !is_empty)?;
    let there = if has_files { part.files.clone() } else { file.exists().then(|| file.clone()) };
    if let Some(there) = there.filter(|_| !replace) {
        bail!("{} is there already: with --replace it is set aside, not deleted", there.display());
    }
    if file.metadata().is_ok_and(|found| found.len() > 0) {
        ensure_unused(&file).await?;
    }
    Ok(())
}

/// Whether nobody has the database open. In exclusive mode SQLite waits for everybody else to close it, not only for their
/// transactions. What is damaged is in nobody's way.
async fn ensure_unused(file: &Path) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(false);
    let options = options.locking_mode(SqliteLockingMode::Exclusive).busy_timeout(std::time::Duration::ZERO);
    let used = async {
        let mut connection = options.disable_statement_logging().connect().await?;
        query("BEGIN EXCLUSIVE").execute(&mut connection).await?;
        query("ROLLBACK").execute(&mut connection).await?;
        connection.close().await
    };
    match used.await {
        Err(error) if is_busy(&error) => {
            bail!("{} is open in another process: stop it before the restore", file.display())
        }
        _ => Ok(()),
    }
}

fn is_busy(error: &sea_orm::sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    // The extended code has more in its higher bits.
    let code = code.and_then(|code| code.parse::<u32>().ok()).map(|code| (code & 0xff).to_string());
    code.is_some_and(|code| BUSY.contains(&code.as_str()))
}

/// Copies what a part consists of to beside its place, on the same disk.
fn prepare(
    part: &Part,
    entry: &DatabaseEntry,
    files: &[FileEntry],
    folder: &Path,
    swaps: &mut Vec<Swap>,
) -> anyhow::Result<()> {
    if let Some(place) = &part.files {
        let new = beside(place, "restoring");
        let _ = fs::remove_dir_all(&new);
        make_private(&new)?;
        swaps.push(Swap { new: new.clone(), place: place.clone(), is_database: false });
        for file in files {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            copied(file, &folder.join(&file.path), &new.join(name))?;
        }
        sync_folder(&new)?;
    }
    let place = part.file()?;
    if let Some(parent) = place.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_private(parent)?;
    }
    let new = beside(&place, "restoring");
    let _ = fs::remove_file(&new);
    swaps.push(Swap { new: new.clone(), place, is_database: true });
    copied(&entry.file, &folder.join(&entry.file.path), &new)
}

/// Copies a file of the backup, and insists that it is the one that was checked.
fn copied(entry: &FileEntry, from: &Path, to: &Path) -> anyhow::Result<()> {
    let (bytes, sha256) = copy_private(from, to)?;
    ensure!(bytes == entry.bytes && sha256 == entry.sha256, "{} has changed meanwhile", from.display());
    Ok(())
}

/// Renames what is in `place`, and what SQLite keeps beside it.
fn set_aside(place: &Path, now: &str, tell: &mut Tell<'_>) -> anyhow::Result<()> {
    let companions = COMPANIONS.map(|end| PathBuf::from(format!("{}{end}", place.display())));
    for path in [place.to_owned()].into_iter().chain(companions) {
        // Of two restores within a second neither may overwrite what the other has kept.
        let mut asides = (1_u32..).map(|number| match number {
            1 => beside(&path, &format!("replaced-{now}")),
            number => beside(&path, &format!("replaced-{now}-{number}")),
        });
        let Some(aside) = asides.find(|aside| !aside.exists()) else { continue };
        match fs::rename(&path, &aside) {
            Ok(()) => tell(&format!("{} was there: it is now {}", path.display(), aside.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot set {} aside", path.display())),
        }
    }
    Ok(())
}

/// `path.end`
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}
