//! Who may read what: nobody but the owner.
//!
//! Databases and keys are files that Rialto makes, so they are corrected wherever they lie. Folders are changed only if
//! Rialto made them: who names `/srv/shared` has reasons for its permissions.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use runtime::private;

use super::{identity::Contents, names};

/// A folder that Rialto made without an identity, as it once did, is at most so much older than the first file in it.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Whether Rialto made this folder, as its identity says.
pub fn is_ours(folder: &Path) -> bool {
    Contents::read(folder).is_made
}

/// Takes from others what they may do with the database `file`, and with its folder and our files there if it is ours.
pub(super) fn correct(file: &Path, is_ours: bool) {
    let folder = names::folder(file);
    let mut paths: Vec<PathBuf> = Vec::new();
    if is_ours {
        paths.push(folder.to_owned());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let ours = entries.filter(|entry| names::is_private_file(&entry.file_name().to_string_lossy()));
        paths.extend(ours.map(|entry| entry.path()).filter(|path| path.is_file()));
    } else {
        paths.push(file.to_owned());
        paths.extend(names::COMPANIONS.map(|end| names::with_suffix(file, end)));
    }
    for path in paths {
        close(&path);
    }
}

/// Takes from others what they may do with a file or folder, and warns that they could.
fn close(path: &Path) {
    match private::close_to_others(path) {
        Ok(false) => {}
        Ok(true) => tracing::warn!(path = %path.display(), "others could read this; now only its owner can"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "others can read this, and that cannot be changed");
        }
    }
}

/// The same for a file with a private key, which is changed only in a folder of ours: elsewhere its permissions are those
/// of whoever put it there, and it is warned of.
pub fn close_key_file(file: &Path) {
    if is_ours(names::folder(file)) {
        close(file);
    } else if private::is_open_to_others(file).unwrap_or(false) {
        tracing::warn!(path = %file.display(), "others can read this private key");
    }
}

/// Whether `folder`, which has no identity, seems to be one that Rialto made when it gave none: nothing but ours is in it,
/// it belongs to the same user as the database, and is as old as the first of its files.
pub(super) fn seems_ours(folder: &Path, database: &Path) -> bool {
    seems_ours_or(folder, database).unwrap_or(false)
}

fn seems_ours_or(folder: &Path, database: &Path) -> io::Result<bool> {
    let mut first: Option<SystemTime> = None;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !names::is_ours(&name) {
            return Ok(false);
        }
        if name != names::FILE_NAME {
            let made = entry.metadata()?.created()?;
            first = Some(first.map_or(made, |first| first.min(made)));
        }
    }
    let (folder, database) = (fs::metadata(folder)?, fs::metadata(database)?);
    let age = first.and_then(|first| first.duration_since(folder.created().ok()?).ok());
    Ok(have_one_owner(&folder, &database) && age.is_some_and(|age| age <= AT_ONCE))
}

#[cfg(unix)]
fn have_one_owner(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.uid() == other.uid()
}

#[cfg(not(unix))]
fn have_one_owner(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}
