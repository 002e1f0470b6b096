//! An answer as it should be: the data, and everything that fails.

use std::fmt;

use crate::value::Value;

/// The router stops to list errors there.
pub const MOST_ERRORS: usize = 100;

/// The code of a failure of which nothing else is known.
pub const SEEDED: &str = "SEEDED";

/// A step of a path is a key or an index.
pub type Path = Vec<Value>;

/// An answer.
pub struct Answer {
    pub data: Value,
    /// Everything that fails, even where a neighbour's failure hides it.
    pub errors: Vec<Failure>,
}

/// An error: its path, its code, and how many steps of the path lead to the null that it causes.
pub struct Failure {
    pub path: Path,
    pub code: &'static str,
    pub nulls: usize,
}

impl Answer {
    /// Where nulls stand because of errors.
    pub fn nulled(&self) -> Vec<&[Value]> {
        let stands = |place: &&[Value]| place.iter().try_fold(&self.data, |at, step| at.step(step)).is_some();
        let mut places: Vec<_> = self.errors.iter().map(|error| &error.path[..error.nulls]).filter(stands).collect();
        places.sort_by_key(|place| Value::List(place.to_vec()).to_string());
        places.dedup();
        places
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.data)?;
        self.errors.iter().try_for_each(|error| write!(to, " {} {}", error.code, Value::List(error.path.clone())))
    }
}

/// Says where the engine and the naive executor disagree, if they do: on data, or on where something failed. The naive
/// one tells where the value is missing, the engine as deep below as the subgraph did.
#[allow(dead_code)] // Where subgraphs are well-behaved.
pub fn agree(data: &Value, errors: &[Path], naive: &Answer) -> Result<(), String> {
    if *data != naive.data {
        return Err("the naive executor has other data".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let known = |path: &&Path| !naive.errors.iter().any(|error| path.starts_with(&error.path));
    if let Some(path) = listed.iter().find(known) {
        return Err(format!("nothing failed naively at {}", Value::List(path.clone())));
    }
    let untold = |place: &&&[Value]| !errors.iter().any(|path| path.starts_with(place));
    match naive.nulled().iter().find(untold) {
        Some(place) if errors.len() <= MOST_ERRORS => {
            Err(format!("what failed naively at {} is not told", Value::List(place.to_vec())))
        }
        _ => Ok(()),
    }
}
