//! Where images' bytes are kept. Names are random and never reused, so what is stored never changes.

mod check;
mod folder;

use std::{io, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use folder::Folder;

/// A place that keeps files by name.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Keeps `bytes` under `name`: afterwards all of them are there, or none.
    async fn put(&self, name: &str, bytes: Bytes) -> io::Result<()>;

    /// How many bytes are kept under `name`; `None` where there is no such file.
    async fn length(&self, name: &str) -> io::Result<Option<u64>>;

    /// The bytes from `range.start` to before `range.end`, or to the end of the file.
    async fn read(&self, name: &str, range: Range<u64>) -> io::Result<Option<Bytes>>;

    /// Removes a file, or a part of one that was never completed. One that is not there is no error.
    async fn remove(&self, name: &str) -> io::Result<()>;

    /// Everything that is kept.
    async fn list(&self) -> io::Result<Vec<Entry>>;
}

/// A file that is kept.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a part of a file whose writing was not completed (yet).
    pub is_part: bool,
    /// When it was written.
    pub modified_at: DateTime<Utc>,
}

/// The length of a name without its extension.
const NAME_LENGTH: usize = 32;

/// Whether `name` is one that was made here: 32 hexadecimal digits and an extension. Nothing else reaches a storage.
pub fn is_file_name(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else { return false };
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    stem.len() == NAME_LENGTH
        && stem.bytes().all(hex)
        && !extension.is_empty()
        && extension.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_were_made_here_are_names() {
        assert!(is_file_name("0123456789abcdef0123456789abcdef.png"));
        for name in [
            "",
            "a.png",
            "../../etc/passwd",
            "0123456789ABCDEF0123456789abcdef.png",
            ".png",
            "..",
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef.",
            "0123456789abcdef0123456789abcdef.p/g",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }
}
