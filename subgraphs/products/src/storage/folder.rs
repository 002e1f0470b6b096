//! Files in a folder of the machine.

use std::{
    fs,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use kit::{data::private, random::sha256_hex};
use tokio::task::spawn_blocking;

use super::{
    Entry, Storage, is_file_name,
    name::{STEM, is_stem},
};

/// A folder that holds nothing but images. It and its files are its owner's, as those of databases are ([`kit::data`]); a
/// folder that Rialto did not make is left as it is.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens the folder, which is made where it is missing.
    pub fn open(path: impl Into<PathBuf>) -> anyhow::Result<Self> {
        let path = path.into();
        let named = || format!("cannot make the folder {}", path.display());
        private::make_folder(&path).with_context(named)?;
        let folder = Self { path };
        folder.close_to_others();
        Ok(folder)
    }

    /// Corrects the folder and its files where others can read them, if the folder is part of one that Rialto made.
    fn close_to_others(&self) {
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !kit::data::is_ours(parent) {
            return;
        }
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours)).map(|entry| entry.path());
        let corrected = files.filter(|file| private::close_to_others(file).unwrap_or(false)).count();
        let is_corrected = private::close_to_others(&self.path).unwrap_or(false);
        if is_corrected || corrected > 0 {
            let path = self.path.display();
            tracing::warn!(%path, files = corrected, "others could read these images; now only their owner can");
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, name: &str) -> io::Result<PathBuf> {
        if is_file_name(name) { Ok(self.path.join(name)) } else { Err(io::ErrorKind::InvalidInput.into()) }
    }
}

#[async_trait]
impl Storage for Folder {
    async fn put(&self, name: &str, bytes: Bytes) -> io::Result<()> {
        let (folder, file) = (self.path.clone(), self.file(name)?);
        let part = self.path.join(format!(".{name}.{}", kit::random::uuid().simple()));
        blocking(move || {
            let written = write_synced(private::create_file(&part), &bytes)
                .and_then(|()| read_back(&part, &bytes))
                .and_then(|()| fs::rename(&part, &file))
                .and_then(|()| sync_folder(&folder));
            if written.is_err() {
                // The first error is the one to report. What was renamed already is whole.
                let _ = fs::remove_file(&part);
            }
            written
        })
        .await
    }

    async fn length(&self, name: &str) -> io::Result<Option<u64>> {
        let file = self.file(name)?;
        blocking(move || missing_is_none(fs::metadata(file)).map(|found| found.map(|found| found.len()))).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> io::Result<Option<Bytes>> {
        let file = self.file(name)?;
        blocking(move || {
            let Some(mut file) = missing_is_none(fs::File::open(file))? else { return Ok(None) };
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = Vec::new();
            file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
            Ok(Some(bytes.into()))
        })
        .await
    }

    async fn remove(&self, name: &str) -> io::Result<()> {
        // A part of a file is named after it, with a dot before.
        let path = match name.strip_prefix('.') {
            Some(part) if part.get(..STEM).is_some_and(is_stem) && !part.contains(['/', '\\']) => self.path.join(name),
            _ => self.file(name)?,
        };
        blocking(move || missing_is_none(fs::remove_file(path)).map(drop)).await
    }

    async fn list(&self) -> io::Result<Vec<Entry>> {
        let folder = self.path.clone();
        blocking(move || {
            let mut entries = Vec::new();
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                // Whatever else somebody has put here is theirs. A file may be gone by now.
                if !is_ours(&name) {
                    continue;
                }
                let is_part = is_part(&name);
                if let Some(found) = missing_is_none(entry.metadata())? {
                    entries.push(Entry { name, is_part, modified_at: DateTime::<Utc>::from(found.modified()?) });
                }
            }
            Ok(entries)
        })
        .await
    }
}

/// Whether a file of this name is one that was made here, or a part of one.
fn is_ours(name: &str) -> bool {
    is_part(name) || is_file_name(name)
}

fn is_part(name: &str) -> bool {
    name.strip_prefix('.').and_then(|part| part.get(..STEM)).is_some_and(is_stem)
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

fn missing_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes `bytes`, and returns once they are on the disk. A full disk may be noticed at any of these steps.
pub(super) fn write_synced(file: io::Result<fs::File>, bytes: &[u8]) -> io::Result<()> {
    let mut file = file?;
    file.write_all(bytes)?;
    file.flush()?;
    file.sync_all()?;
    let length = file.metadata()?.len();
    if usize::try_from(length).ok() == Some(bytes.len()) {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::WriteZero, format!("{length} of {} bytes were written", bytes.len())))
    }
}

/// Makes sure that what is in the file is what was written: its length and its digest.
fn read_back(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let found = fs::read(path)?;
    if found.len() == bytes.len() && sha256_hex(found) == sha256_hex(bytes) {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "what was written is not what is in the file"))
    }
}

/// Makes a rename survive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only on Unix can a folder be opened as a file.
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef.png";

    #[tokio::test]
    async fn what_is_put_can_be_read_in_parts_and_leaves_nothing_else_behind() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path().join("files")).unwrap();
        assert_eq!(storage.length(NAME).await.unwrap(), None);
        assert_eq!(storage.read(NAME, 0..3).await.unwrap(), None);
        storage.put(NAME, Bytes::from_static(b"one two")).await.unwrap();
        assert_eq!(storage.length(NAME).await.unwrap(), Some(7));
        assert_eq!(storage.read(NAME, 0..7).await.unwrap().as_deref(), Some(&b"one two"[..]));
        assert_eq!(storage.read(NAME, 4..6).await.unwrap().as_deref(), Some(&b"tw"[..]));
        storage.put(NAME, Bytes::from_static(b"other")).await.unwrap();
        assert_eq!(storage.length(NAME).await.unwrap(), Some(5));
        assert_eq!(std::fs::read_dir(folder.path().join("files")).unwrap().count(), 1);
        storage.remove(NAME).await.unwrap();
        storage.remove(NAME).await.unwrap();
        assert_eq!(storage.length(NAME).await.unwrap(), None);
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path()).unwrap();
        for name in ["../x.png", "..", ".x", "./0123456789abcdef0123456789abcdef.png", ""] {
            assert!(storage.put(name, Bytes::new()).await.is_err(), "{name}");
            assert!(storage.length(name).await.is_err(), "{name}");
            assert!(storage.read(name, 0..1).await.is_err(), "{name}");
            assert!(storage.remove(name).await.is_err(), "{name}");
        }
        assert!(storage.remove(&format!(".{NAME}/../../x")).await.is_err());
    }

    #[tokio::test]
    async fn images_and_their_parts_are_listed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path()).unwrap();
        let part = format!(".{NAME}.0123");
        let copy = super::super::copy_name(NAME, 320);
        for name in [NAME, &copy, &part, "README", ".hidden"] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        let mut listed = storage.list().await.unwrap();
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        let listed: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.is_part)).collect();
        assert_eq!(listed, [(part.as_str(), true), (copy.as_str(), false), (NAME, false)]);
        storage.remove(&part).await.unwrap();
        storage.remove(&copy).await.unwrap();
        assert_eq!(storage.list().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn where_the_folder_is_gone_nothing_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path().join("files")).unwrap();
        std::fs::remove_dir(folder.path().join("files")).unwrap();
        assert!(storage.put(NAME, Bytes::from_static(b"one")).await.is_err());
        assert_eq!(storage.length(NAME).await.unwrap(), None);
    }

    #[test]
    fn what_was_written_is_compared_with_what_is_there() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, b"something").unwrap();
        read_back(file.path(), b"something").unwrap();
        for other in [&b"somethinG"[..], b"some", b""] {
            assert_eq!(read_back(file.path(), other).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }

    /// `/dev/full` takes nothing, as a full disk does.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let full = fs::File::options().write(true).open("/dev/full");
        assert_eq!(write_synced(full, b"something").unwrap_err().kind(), io::ErrorKind::StorageFull);
        // What takes the bytes and keeps none of them is noticed by its length.
        let null = fs::File::options().write(true).open("/dev/null");
        assert!(write_synced(null, b"something").is_err());
    }
}
