//! What the identity of a folder and the state of a file mean for each other. No I/O.

use std::path::Path;

use uuid::Uuid;

use super::identity::Entry;

/// What is at a database's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Missing,
    /// A file without a byte.
    Empty,
    /// A database.
    Database {
        /// Whose it is, if it carries an identity: the folder's id, and the name it had there.
        mark: Option<(Uuid, String)>,
        /// Whether it has any table beside the identity.
        has_tables: bool,
    },
}

/// What is to be done before the database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is right as it is.
    Open,
    /// It is new: it is made, and given the folder's identity.
    Make,
    /// It is given the folder's identity.
    Adopt,
    /// Its identity becomes the folder's, which has none.
    Follow(Uuid),
}

/// Why a database is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing,
    Empty,
    /// The folder has lost its identity, and this database.
    Alone,
    Foreign,
    /// It is another database of the same folder.
    Misnamed,
}

impl Refusal {
    /// What is wrong with `file`, and what can be done.
    pub fn explain(self, file: &Path) -> String {
        let what = match self {
            Self::Missing => "is missing, which belongs to the databases of its folder",
            Self::Empty => "is empty, which belongs to the databases of its folder",
            Self::Alone => "is missing or empty, while there are other databases of Rialto in its folder",
            Self::Foreign => "is not the database that belongs to its folder",
            Self::Misnamed => "is a copy of another database of its folder",
        };
        format!(
            "{} {what}: put the right file back, or restore a backup; --new, once, begins this database anew (nothing is \
             deleted: what is there is kept under another name)",
            file.display()
        )
    }
}

/// What to do with the database called `name`, of which the folder's identity says `entry`. `folder` is the identity's id;
/// `has_siblings` whether the folder has other databases, which is asked only where it has no identity.
pub(super) fn decide(
    name: &str,
    folder: Option<Uuid>,
    entry: Option<Entry>,
    found: &Found,
    has_siblings: bool,
) -> Result<Step, Refusal> {
    let refusal = if *found == Found::Empty { Refusal::Empty } else { Refusal::Missing };
    let (mark, has_tables) = match found {
        Found::Missing | Found::Empty => {
            return match entry {
                Some(Entry::Complete | Entry::Adopted) => Err(refusal),
                None if folder.is_none() && has_siblings => Err(Refusal::Alone),
                Some(Entry::Making) | None => Ok(Step::Make),
            };
        }
        Found::Database { mark, has_tables } => (mark.as_ref(), *has_tables),
    };
    match (mark, folder) {
        (Some((_, called)), _) if called != name => Err(Refusal::Misnamed),
        (Some((id, _)), Some(folder)) if *id == folder => Ok(Step::Open),
        (Some((id, _)), None) => Ok(Step::Follow(*id)),
        // It died between making the file and marking it.
        (None, _) if entry == Some(Entry::Making) && !has_tables => Ok(Step::Make),
        (None, None) => Ok(Step::Adopt),
        (None, Some(_)) if entry == Some(Entry::Adopted) => Ok(Step::Adopt),
        (_, Some(_)) => Err(Refusal::Foreign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn marked(id: Uuid, name: &str) -> Found {
        Found::Database { mark: Some((id, name.to_owned())), has_tables: true }
    }

    #[test]
    fn every_pair_of_identity_and_file_has_an_answer() {
        use Entry::{Adopted, Complete, Making};
        let bare = Found::Database { mark: None, has_tables: true };
        let blank = Found::Database { mark: None, has_tables: false };
        for (folder, entry, found, has_siblings, expected) in [
            // A new folder, and a domain that joins.
            (None, None, Found::Missing, false, Ok(Step::Make)),
            (None, None, Found::Empty, false, Ok(Step::Make)),
            (Some(ID), None, Found::Missing, true, Ok(Step::Make)),
            // A start that was broken off.
            (Some(ID), Some(Making), Found::Missing, true, Ok(Step::Make)),
            (Some(ID), Some(Making), Found::Empty, true, Ok(Step::Make)),
            (Some(ID), Some(Making), blank.clone(), true, Ok(Step::Make)),
            (Some(ID), Some(Making), bare.clone(), true, Err(Refusal::Foreign)),
            // Data of before there were identities, and files of a backup in a new folder.
            (None, None, bare.clone(), true, Ok(Step::Adopt)),
            (Some(ID), Some(Adopted), bare.clone(), true, Ok(Step::Adopt)),
            (None, None, Found::Missing, true, Err(Refusal::Alone)),
            (None, None, Found::Empty, true, Err(Refusal::Alone)),
            (None, None, marked(ID, "a"), true, Ok(Step::Follow(ID))),
            // What belongs there.
            (Some(ID), Some(Complete), marked(ID, "a"), true, Ok(Step::Open)),
            (Some(ID), None, marked(ID, "a"), true, Ok(Step::Open)),
            // What was lost or exchanged.
            (Some(ID), Some(Complete), Found::Missing, true, Err(Refusal::Missing)),
            (Some(ID), Some(Complete), Found::Empty, true, Err(Refusal::Empty)),
            (Some(ID), Some(Adopted), Found::Missing, true, Err(Refusal::Missing)),
            (Some(ID), Some(Complete), bare.clone(), true, Err(Refusal::Foreign)),
            (Some(ID), Some(Complete), blank, true, Err(Refusal::Foreign)),
            (Some(ID), None, bare, true, Err(Refusal::Foreign)),
            (Some(ID), Some(Complete), marked(OTHER, "a"), true, Err(Refusal::Foreign)),
            (Some(ID), Some(Complete), marked(ID, "b"), true, Err(Refusal::Misnamed)),
        ] {
            assert_eq!(decide("a", folder, entry, &found, has_siblings), expected, "{folder:?} {entry:?} {found:?}");
        }
    }
}
