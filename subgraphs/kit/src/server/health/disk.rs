//! Room on the disks that the subgraph writes to.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;

use super::{Check, Finding};

/// Of a small disk no more than this part has to be free, or a small volume could never be ready.
const PART: u64 = 20;

/// That the disk of a folder has room. A database may find room where it overwrites what it no longer needs, long after
/// the disk is full for everybody else.
pub(super) struct FreeSpace {
    name: &'static str,
    folder: PathBuf,
    min_free: Arc<AtomicU64>,
}

impl FreeSpace {
    pub fn new(name: &'static str, folder: &Path, min_free: Arc<AtomicU64>) -> Self {
        // The parent of a bare file name is the empty path.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Self { name, folder: folder.to_owned(), min_free }
    }
}

#[async_trait]
impl Check for FreeSpace {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn run(&self) -> Finding {
        let folder = self.folder.clone();
        let (free, total) = match tokio::task::spawn_blocking(move || free_space(&folder)).await {
            Ok(Ok(Some(space))) => space,
            Ok(Ok(None)) => return Finding::pass(),
            Ok(Err(error)) => return Finding::fail("the folder cannot be read").because(error),
            Err(error) => return Finding::fail("the check failed").because(error),
        };
        let min = self.min_free.load(Ordering::Relaxed);
        if has_room(free, total, min) {
            return Finding::pass();
        }
        let detail = format!("{free} of {total} bytes are free in {}; see --min-free-bytes", self.folder.display());
        Finding::fail("the disk is full").because(detail)
    }
}

/// Whether `free` of `total` bytes are enough where `min` are wanted.
pub(super) fn has_room(free: u64, total: u64, min: u64) -> bool {
    free >= min.min(total / PART)
}

/// How many bytes anybody may still write to the disk of `folder`, and how many it has; nothing where that cannot be known.
///
/// # Errors
/// If there is no such folder.
#[cfg(unix)]
fn free_space(folder: &Path) -> io::Result<Option<(u64, u64)>> {
    let disk = rustix::fs::statvfs(folder)?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Ok(Some((bytes(disk.f_bavail), bytes(disk.f_blocks))))
}

/// How many bytes anybody may still write to the disk of `folder`, and how many it has; nothing where that cannot be known.
///
/// # Errors
/// If there is no such folder.
#[cfg(not(unix))]
fn free_space(folder: &Path) -> io::Result<Option<(u64, u64)>> {
    std::fs::metadata(folder).map(|_| None)
}
