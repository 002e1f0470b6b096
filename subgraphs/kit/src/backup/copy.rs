//! Files that are written whole, for their owner only, and with a digest. Everything here blocks.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read, Write as _},
    path::Path,
};

use anyhow::Context as _;
use runtime::private;
use sha2::{Digest as _, Sha256};

/// Bytes that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Makes a folder that only its owner can look into.
pub(super) fn make_private(folder: &Path) -> anyhow::Result<()> {
    private::make_folder(folder).map(drop).with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// Makes an empty file that only its owner can read.
pub(super) fn create_private(file: &Path) -> anyhow::Result<fs::File> {
    private::create_file(file).with_context(|| format!("cannot make {}", file.display()))
}

/// Writes a new file for its owner only, and returns when it is on the disk: its length and digest.
pub(super) fn write_private(file: &Path, from: &mut impl Read) -> anyhow::Result<(u64, String)> {
    let mut out = create_private(file)?;
    let written = pump(from, |chunk| out.write_all(chunk)).and_then(|done| out.sync_all().map(|()| done));
    written.with_context(|| format!("cannot write {}", file.display()))
}

/// Copies a file, as [`write_private`] writes it.
pub(super) fn copy_private(from: &Path, to: &Path) -> anyhow::Result<(u64, String)> {
    let mut source = fs::File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
    write_private(to, &mut source)
}

/// The length and the digest of a file.
pub(super) fn digest(file: &Path) -> anyhow::Result<(u64, String)> {
    let read = fs::File::open(file).and_then(|mut file| pump(&mut file, |_| Ok(())));
    read.with_context(|| format!("cannot read {}", file.display()))
}

fn pump(from: &mut impl Read, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, String)> {
    let (mut hash, mut length, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&chunk[..read]);
        to(&chunk[..read])?;
        length += read as u64;
    }
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok((length, digits))
}

/// Makes what was made or renamed in `folder` survive a power cut.
pub(super) fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    // Only on Unix can a folder be opened as a file.
    let synced = if cfg!(unix) { fs::File::open(folder).and_then(|folder| folder.sync_all()) } else { Ok(()) };
    synced.with_context(|| format!("cannot sync {}", folder.display()))
}

/// Whether there is nothing in `folder`, or no such folder.
pub(super) fn is_empty(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("cannot look into {}", folder.display())),
    }
}
