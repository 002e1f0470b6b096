//! Folders and files that nobody but their owner may read, whatever the process's umask says.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

/// The permissions of a folder: its owner's.
pub const FOLDER: u32 = 0o700;
/// The permissions of a file: its owner's.
pub const FILE: u32 = 0o600;

/// Makes a folder, and those above it, where they are missing. Says whether it was made: one that was there is left as it
/// is.
///
/// # Errors
/// If it cannot be made, or is no folder.
pub fn make_folder(path: &Path) -> io::Result<bool> {
    // `sqlite:users.sqlite` lies in a folder without a name.
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(false);
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER);
    builder.create(path)?;
    Ok(true)
}

/// A new file.
///
/// # Errors
/// If it is there already, or cannot be made.
pub fn create_file(path: &Path) -> io::Result<File> {
    options().write(true).create_new(true).open(path)
}

/// A new file with this text, complete or not there.
///
/// # Errors
/// If it is there already, or cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let mut file = create_file(Path::new(&draft))?;
    // Unlike a rename, a link replaces nothing. Whoever starts at the same time finds all of the text, or no file.
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    // The first error is the one to report.
    let _ = std::fs::remove_file(&draft);
    linked
}

/// For opening a file that is private when it is made.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    options
}

/// Whether others than the owner may do anything with what is at `path`.
///
/// # Errors
/// If that cannot be known.
#[cfg(unix)]
pub fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Whether others than the owner may do anything with what is at `path`: nobody can tell here.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn is_open_to_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Takes from others what they may do with what is at `path`; says whether there was anything.
///
/// # Errors
/// If it belongs to somebody else, or is not there.
pub fn close_to_others(path: &Path) -> io::Result<bool> {
    if !is_open_to_others(path)? {
        return Ok(false);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if path.is_dir() { FOLDER } else { FILE };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    }
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_is_its_owners_and_what_was_there_is_left() {
        let home = std::env::temp_dir().join(format!("rialto-private-{}", std::process::id()));
        let folder = home.join("a/b");
        assert!(make_folder(&folder).unwrap());
        assert!(!make_folder(&folder).unwrap() && !make_folder(Path::new("")).unwrap());
        assert_eq!((mode(&home), mode(&folder)), (0o700, 0o700));
        write_new(&folder.join("c/key.pem"), "text").unwrap();
        assert_eq!(mode(&folder.join("c/key.pem")), 0o600);
        assert!(write_new(&folder.join("c/key.pem"), "other").is_err());
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!make_folder(&folder).unwrap());
        assert_eq!(mode(&folder), 0o755);
        assert!(close_to_others(&folder).unwrap() && !close_to_others(&folder).unwrap());
        assert_eq!(mode(&folder), 0o700);
        std::fs::remove_dir_all(&home).unwrap();
    }
}
