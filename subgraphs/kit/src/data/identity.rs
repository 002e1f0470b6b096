//! The identity of a folder: a small file of lines that are only ever appended, under a lock.
//!
//! ```text
//! id 01890000-0000-7000-8000-000000000000
//! folder made
//! making users.sqlite
//! file users.sqlite
//! ```
//!
//! The last line about a file counts. A line that was not completed, because the disk was full or the process died, says
//! nothing.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use runtime::private;
use uuid::Uuid;

use super::names::{self, FILE_NAME};

/// How long another process may hold the lock: it opens a database meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
/// No identity is longer, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What is known of a database of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Somebody is making it, or died while doing so.
    Making,
    /// It was there before the folder had an identity, and has not been opened since.
    Adopted,
    /// It belongs to the folder and carries its identity.
    Complete,
}

impl Entry {
    fn word(self) -> &'static str {
        match self {
            Self::Making => "making",
            Self::Adopted => "adopted",
            Self::Complete => "file",
        }
    }
}

/// A folder's identity, locked as long as this lives.
pub(super) struct Identity {
    path: PathBuf,
    file: File,
    contents: Contents,
}

/// What an identity says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub id: Option<Uuid>,
    /// Whether Rialto made the folder.
    pub is_made: bool,
    pub entries: BTreeMap<String, Entry>,
    is_cut_off: bool,
}

impl Contents {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut contents = Self { is_cut_off: !text.is_empty() && !text.ends_with('\n'), ..Self::default() };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in whole.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let entry = [Entry::Making, Entry::Adopted, Entry::Complete].into_iter().find(|it| it.word() == word);
            match (word, entry) {
                ("id", _) => contents.id = Some(rest.parse().context("its id is none")?),
                ("folder", _) => contents.is_made = rest == "made",
                (_, Some(entry)) => drop(contents.entries.insert(rest.to_owned(), entry)),
                // A line that was cut off, or one of a later version.
                _ => {}
            }
        }
        Ok(contents)
    }

    /// What the identity in `folder` says, without a lock; nothing where there is none.
    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join(FILE_NAME)).unwrap_or_default();
        Self::parse(&text).unwrap_or_default()
    }
}

/// Where the identity for `file` is. A folder that is shared by everybody, such as `/tmp`, is nobody's: there each database
/// has one of its own.
fn path_for(file: &Path) -> PathBuf {
    let of_folder = names::folder(file).join(FILE_NAME);
    if !of_folder.exists() && is_everybodys(names::folder(file)) {
        return names::with_suffix(file, ".identity");
    }
    of_folder
}

/// Whether everybody may put files there that nobody else may take away.
#[cfg(unix)]
fn is_everybodys(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    folder.metadata().is_ok_and(|folder| folder.permissions().mode() & 0o1002 == 0o1002)
}

#[cfg(not(unix))]
fn is_everybodys(_: &Path) -> bool {
    false
}

impl Identity {
    /// Opens and locks the identity for `file`, with its folder made where it is missing.
    pub async fn lock(file: &Path) -> anyhow::Result<Self> {
        let folder = names::folder(file);
        make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = path_for(file);
        let named = || path.display().to_string();
        let mut file = private::options().read(true).append(true).create(true).open(&path).with_context(named)?;
        let locked = tokio::time::timeout(PATIENCE, async {
            while let Err(error) = file.try_lock() {
                match error {
                    TryLockError::WouldBlock => tokio::time::sleep(PAUSE).await,
                    TryLockError::Error(error) => return Err(error),
                }
            }
            Ok(())
        });
        match locked.await {
            Ok(locked) => locked.with_context(|| format!("{} cannot be locked", path.display()))?,
            Err(_) => bail!("{} has been locked by another process for {} s", path.display(), PATIENCE.as_secs()),
        }
        let mut text = String::new();
        (&mut file).take(LONGEST).read_to_string(&mut text).with_context(named)?;
        let contents = Contents::parse(&text).with_context(named)?;
        Ok(Self { path, file, contents })
    }

    /// Whether it is that of the folder and all databases in it, rather than of one file.
    pub fn is_of_folder(&self) -> bool {
        self.path.file_name().is_some_and(|name| name == FILE_NAME)
    }

    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The id, which becomes `id` where there is none yet. The folder is none that Rialto made, unless `is_made`.
    pub fn begin(&mut self, id: Uuid, is_made: bool) -> anyhow::Result<Uuid> {
        if let Some(id) = self.contents.id {
            return Ok(id);
        }
        self.append(&format!("{}\n", lines(id, is_made).trim_end()))?;
        self.contents.is_made = is_made;
        self.contents.id = Some(id);
        Ok(id)
    }

    /// Notes down what is known of the database called `name`.
    pub fn note(&mut self, name: &str, entry: Entry) -> anyhow::Result<()> {
        if self.contents.entries.get(name) == Some(&entry) {
            return Ok(());
        }
        self.append(&format!("{} {name}\n", entry.word()))?;
        self.contents.entries.insert(name.to_owned(), entry);
        Ok(())
    }

    fn append(&mut self, text: &str) -> anyhow::Result<()> {
        let start = if self.contents.is_cut_off { "\n" } else { "" };
        let written = self.file.write_all(format!("{start}{text}").as_bytes()).and_then(|()| self.file.sync_all());
        self.contents.is_cut_off = written.is_err();
        written.with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

fn lines(id: Uuid, is_made: bool) -> String {
    format!("id {id}\nfolder {}\n", if is_made { "made" } else { "given" })
}

/// Makes a folder together with its identity, so that nobody sees the one without the other: who made a folder must be
/// known to all processes that start at once.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        // What cannot be a folder is told by whoever opens files in it.
        return Ok(());
    }
    let parent = names::folder(folder);
    private::make_folder(parent)?;
    let draft = parent.join(format!(".{}.{}", names::name(folder), crate::random::uuid().simple()));
    private::make_folder(&draft)?;
    private::write_new(&draft.join(FILE_NAME), &lines(crate::random::uuid(), true))?;
    let renamed = std::fs::rename(&draft, folder);
    if renamed.is_err() {
        let _ = std::fs::remove_dir_all(&draft);
    }
    // Somebody else was faster.
    if folder.is_dir() { Ok(()) } else { renamed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_were_cut_off_say_nothing() {
        let id = crate::random::uuid();
        let text = format!("{}making a.sqlite\nfile a.sqlite\nadopted b.sqlite\nmak\nfile c.sql", lines(id, true));
        let contents = Contents::parse(&text).unwrap();
        assert_eq!((contents.id, contents.is_made, contents.is_cut_off), (Some(id), true, true));
        let entries: Vec<_> = contents.entries.into_iter().collect();
        assert_eq!(entries, [("a.sqlite".to_owned(), Entry::Complete), ("b.sqlite".to_owned(), Entry::Adopted)]);
        assert_eq!(Contents::parse("").unwrap(), Contents::default());
        assert!(Contents::parse("id nonsense\n").is_err());
    }

    #[tokio::test]
    async fn what_is_appended_after_a_cut_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, "making a.sq").unwrap();
        let mut identity = Identity::lock(&database).await.unwrap();
        let id = identity.begin(crate::random::uuid(), false).unwrap();
        identity.note("a.sqlite", Entry::Complete).unwrap();
        drop(identity);
        let again = Identity::lock(&database).await.unwrap();
        assert_eq!(again.contents().id, Some(id));
        assert_eq!(again.contents().entries.get("a.sqlite"), Some(&Entry::Complete));
    }
}
