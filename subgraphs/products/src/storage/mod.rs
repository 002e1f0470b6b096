//! Where images' bytes are kept. Names are random and never reused, so what is stored never changes.

mod check;
mod folder;
mod name;

use std::{io, ops::Range};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use folder::Folder;
pub use name::{copy_name, copy_names, copy_of, image_names, is_file_name};

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
