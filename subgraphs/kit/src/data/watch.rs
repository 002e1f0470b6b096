//! Noticing that the file of an open database goes away.
//!
//! A process that has a file open can use it after it was removed or replaced, and what it commits then is lost. So the
//! path is compared with what was opened, once a second and before each transaction that writes. A process that notices a
//! difference is not ready any more, and ends.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::names;

/// How often files are looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// The first file of this process that was lost.
static LOST: LazyLock<watch::Sender<Option<Lost>>> = LazyLock::new(|| watch::Sender::new(None));

/// The file of an open database is not there any more.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "{} was removed or replaced while it was open: what is written now would be lost, so this process ends. Put the file \
     back, or restore a backup, and start again",
    .0.display()
)]
pub struct Lost(PathBuf);

/// Completes when a database that this process has open loses its file; a process that serves should end then.
pub async fn lost() -> Lost {
    let mut receiver = LOST.subscribe();
    let found = receiver.wait_for(Option::is_some).await.ok().and_then(|lost| lost.clone());
    match found {
        Some(lost) => lost,
        // Never: the sender lives as long as the process.
        None => std::future::pending().await,
    }
}

/// What tells a file from all others: device and number.
type FileId = (u64, u64);

/// The file of an open database.
#[derive(Debug)]
pub(crate) struct Watched {
    path: PathBuf,
    id: Option<FileId>,
    log: PathBuf,
    log_id: Mutex<Option<FileId>>,
    lost: OnceLock<Lost>,
}

impl Watched {
    /// Watches `path` from now on, as long as the result lives.
    pub fn start(path: &Path) -> io::Result<Arc<Self>> {
        let log = names::with_suffix(path, "-wal");
        let watched = Arc::new(Self {
            path: path.to_owned(),
            id: id(path)?,
            log,
            log_id: Mutex::default(),
            lost: OnceLock::new(),
        });
        let weak = Arc::downgrade(&watched);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(PAUSE).await;
                let Some(watched) = weak.upgrade() else { return };
                if watched.check().is_err() {
                    return;
                }
            }
        });
        Ok(watched)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file has always been the one that was opened. One that is put back is another one to this process.
    pub fn check(&self) -> Result<(), Lost> {
        if let Some(lost) = self.lost.get() {
            return Err(lost.clone());
        }
        let is_there = match id(&self.path) {
            Ok(id) => id == self.id,
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        let lost = if !is_there {
            Lost(self.path.clone())
        } else if self.has_lost_its_log() {
            Lost(self.log.clone())
        } else {
            return Ok(());
        };
        let is_first = LOST.send_if_modified(|known| {
            let is_first = known.is_none();
            known.get_or_insert(lost.clone());
            is_first
        });
        if is_first {
            tracing::error!("{lost}");
        }
        Err(self.lost.get_or_init(|| lost).clone())
    }

    /// The write-ahead log comes and goes with the connections, so another one than before is wrong only where the old one
    /// is still open.
    fn has_lost_its_log(&self) -> bool {
        let found = id(&self.log).ok().flatten();
        let before = std::mem::replace(&mut *self.log_id.lock().unwrap_or_else(PoisonError::into_inner), found);
        before.is_some() && before != found && holds_removed(&self.log)
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere nothing tells files apart")]
fn id_of(metadata: &fs::Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn id_of(_: &fs::Metadata) -> Option<FileId> {
    None
}

fn id(path: &Path) -> io::Result<Option<FileId>> {
    Ok(id_of(&fs::metadata(path)?))
}

/// Whether this process has a file open that was at `path` and was removed. Only Linux tells.
fn holds_removed(path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(names::folder(path)).map(|folder| folder.join(names::name(path))) else {
        return false;
    };
    let removed = format!("{} (deleted)", path.display());
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    open.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|target| target.to_string_lossy() == removed)
}
