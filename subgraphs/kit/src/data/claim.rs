//! Making sure, before a database is opened, that it is the one that belongs there.

use std::{fs, io, path::Path};

use anyhow::{Context as _, bail};
use runtime::private;
use uuid::Uuid;

use super::{
    decide::{Found, Refusal, Step, decide},
    identity::{Entry, Identity},
    mark, modes, names,
};
use crate::{Clock, random};

/// Makes `file` ready to be opened: makes it where it is new, and refuses it where it is not what belongs there. Afterwards
/// it is there, carries its folder's identity, and only its owner can read it.
pub(crate) async fn claim(file: &Path) -> anyhow::Result<()> {
    let mut identity = Identity::lock(file).await?;
    let verdict = Verdict::of(&identity, file).await?;
    let step = verdict.step.map_err(|refusal| anyhow::anyhow!(refusal.explain(file)))?;
    carry_out(&mut identity, file, step, &verdict.siblings).await
}

/// What `--new` asks for: a database that is missing, empty or foreign is begun anew when it is opened next. What is in its
/// place is kept under another name; the others of its folder stay as they are. One that is right is left alone.
///
/// `url` is a database's address; only `sqlite:` ones have files.
///
/// # Errors
/// If the files cannot be renamed.
pub async fn begin_anew(url: &str) -> anyhow::Result<()> {
    if !url.starts_with("sqlite:") {
        return Ok(());
    }
    let file = Path::new(crate::database::sqlite_file(url)?);
    let mut identity = Identity::lock(file).await?;
    let verdict = Verdict::of(&identity, file).await?;
    if verdict.step.is_ok() {
        tracing::warn!(file = %file.display(), "--new has nothing to do: leave it out from now on");
        return Ok(());
    }
    let is_ours = identity.contents().is_made || modes::seems_ours(names::folder(file), file);
    identity.begin(random::uuid(), is_ours)?;
    for sibling in &verdict.siblings {
        identity.note(sibling, Entry::Adopted)?;
    }
    // First, so that a file which is set aside and not yet made is no lost one.
    identity.note(&names::name(file), Entry::Making)?;
    let now = Clock::system().now().timestamp();
    for path in [file.to_owned()].into_iter().chain(names::COMPANIONS.map(|end| names::with_suffix(file, end))) {
        let aside = names::aside(&path, now);
        match fs::rename(&path, &aside) {
            Ok(()) => tracing::warn!(from = %path.display(), to = %aside.display(), "set aside because of --new"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot set {} aside", path.display())),
        }
    }
    tracing::warn!(file = %file.display(), "this database is begun anew, empty, because of --new");
    Ok(())
}

/// Makes `file`, which a restore has put there, the one that belongs to its folder: it gets the folder's identity, whatever
/// it carried, and is private. A folder without an identity takes that of the file, or a new one. To be called before any
/// process opens it; databases of the folder that are not restored are not concerned.
///
/// # Errors
/// If it is no database, or cannot be written.
pub async fn settle(file: &Path) -> anyhow::Result<()> {
    let mut identity = Identity::lock(file).await?;
    let carried = match mark::look(file).await? {
        Found::Missing => bail!("{} is missing", file.display()),
        Found::Empty => bail!("{} is empty", file.display()),
        Found::Database { mark, .. } => mark.map(|(id, _)| id),
    };
    let is_ours = identity.contents().is_made;
    let id = identity.begin(carried.unwrap_or_else(random::uuid), is_ours)?;
    modes::correct(file, is_ours);
    mark::write(file, id).await?;
    identity.note(&names::name(file), Entry::Complete)
}

/// What is to be done with a file.
struct Verdict {
    step: Result<Step, Refusal>,
    /// The other databases of a folder that has no identity.
    siblings: Vec<String>,
}

impl Verdict {
    async fn of(identity: &Identity, file: &Path) -> anyhow::Result<Self> {
        let (contents, name) = (identity.contents(), names::name(file));
        let found = mark::look(file).await?;
        // In a folder that is everybody's, other databases may be anybody's.
        let may_have_siblings = contents.id.is_none() && identity.is_of_folder();
        let siblings = if may_have_siblings { mark::siblings(file).await? } else { Vec::new() };
        let entry = contents.entries.get(&name).copied();
        Ok(Self { step: decide(&name, contents.id, entry, &found, !siblings.is_empty()), siblings })
    }
}

async fn carry_out(identity: &mut Identity, file: &Path, step: Step, siblings: &[String]) -> anyhow::Result<()> {
    let (folder, name) = (names::folder(file), names::name(file));
    let seems_ours = || modes::seems_ours(folder, file);
    match step {
        Step::Open => {}
        Step::Make => {
            let id = identity.begin(random::uuid(), false)?;
            identity.note(&name, Entry::Making)?;
            make(file)?;
            mark::write(file, id).await?;
        }
        Step::Adopt => {
            let id = begin(identity, random::uuid(), seems_ours(), siblings)?;
            tracing::info!(file = %file.display(), "a database without an identity was adopted by its folder");
            modes::correct(file, identity.contents().is_made);
            mark::write(file, id).await?;
        }
        Step::Follow(id) => {
            begin(identity, id, seems_ours(), siblings)?;
            tracing::info!(file = %file.display(), "the folder has no identity: it takes that of its databases");
        }
    }
    identity.note(&name, Entry::Complete)?;
    modes::correct(file, identity.contents().is_made);
    Ok(())
}

/// Gives the folder an identity if it has none, and with it all databases that are there.
fn begin(identity: &mut Identity, id: Uuid, is_made: bool, siblings: &[String]) -> anyhow::Result<Uuid> {
    let id = identity.begin(id, is_made)?;
    for sibling in siblings {
        identity.note(sibling, Entry::Adopted)?;
    }
    Ok(id)
}

/// SQLite gives a database's other files the permissions of the first.
fn make(file: &Path) -> anyhow::Result<()> {
    match private::create_file(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot open the database sqlite:{}", file.display())),
    }
}
