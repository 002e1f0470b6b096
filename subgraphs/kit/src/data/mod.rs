//! The folder that keeps SQLite databases: who may read it, and which files belong together.
//!
//! An empty file is a valid, empty database to SQLite, so a lost one would become a new shop without a word. Therefore a
//! folder has an identity: the file [`FILE_NAME`], whose id every database in the folder carries in a table, and which
//! names the databases that belong there. [`claim()`] compares both before a database is opened, and refuses what does not
//! fit; [`begin_anew`] is what an operator asks for with `--new`, [`settle`] what a restore calls; [`watch`] notices a file
//! that goes away while it is open.
//!
//! All of this is about folders and files, so it holds for SQLite only.

mod anew;
mod claim;
mod decide;
mod identity;
mod mark;
mod modes;
mod names;
pub mod watch;

pub use self::{
    anew::BeginAnew,
    claim::{begin_anew, settle},
    modes::{close_key_file, is_ours},
    names::FILE_NAME,
};
pub(crate) use self::{claim::claim, watch::Watched};
pub use runtime::private;

#[cfg(test)]
mod tests;
