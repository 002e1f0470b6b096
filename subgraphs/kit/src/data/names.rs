//! Which files in a folder are ours.

use std::path::{Path, PathBuf};

/// The file with a folder's identity.
pub const FILE_NAME: &str = "rialto.identity";

/// Stands in the names of files that were set aside.
const ASIDE: &str = ".aside-";

/// The files of a database, beside the one that it is called by.
pub(super) const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// The folder of `file`, `.` where none is named.
pub(super) fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The name of `file` in its folder.
pub(super) fn name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// `file` with something behind its name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Where `file` is kept when it is set aside `now`, in seconds since 1970.
pub(super) fn aside(file: &Path, now: i64) -> PathBuf {
    with_suffix(file, &format!("{ASIDE}{now}"))
}

/// Whether a file of this name was set aside.
pub(super) fn is_aside(name: &str) -> bool {
    name.contains(ASIDE)
}

/// Whether a folder's entry of this name is one that Rialto makes.
pub(super) fn is_ours(name: &str) -> bool {
    is_private_file(name) || name == "files"
}

/// Whether a file of this name is one that Rialto makes and nobody else should read.
pub(super) fn is_private_file(name: &str) -> bool {
    let has_ending = [".sqlite", ".sqlite-wal", ".sqlite-shm", ".pem"].iter().any(|end| name.ends_with(end));
    has_ending || name == FILE_NAME || is_aside(name)
}
