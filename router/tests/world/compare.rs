//! Compares the router's answer with the right one.
//!
//! Data must be equal to the letter. Of errors, those that cause a null which stands in the data must be told, one for
//! each null at least; whatever else is told must have failed there too, or be hidden below such a null, and only once:
//! the specification leaves open whether what is hidden is told.

use crate::{
    oracle::{Answer, Path},
    value::Value,
};

/// The router stops to list errors there.
const MOST_ERRORS: usize = 100;

/// Says what is wrong with an answer, if anything is.
pub fn compare(data: &Value, errors: &[Path], expected: &Answer) -> Result<(), String> {
    if *data != expected.data {
        return Err("the data differ".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let nulled = expected.nulled();
    // Below a null that failed, what needed the same answer failed with it.
    let is_hidden = |path: &Path| nulled.iter().any(|place| place.len() < path.len() && path.starts_with(place));
    let failed = |path: &Path| expected.errors.iter().any(|error| error.path == *path);
    if let Some(path) = listed.iter().find(|path| !failed(path) && !is_hidden(path)) {
        return Err(format!("nothing failed at {}", text(path)));
    }
    if let Some((_, path)) = listed.iter().enumerate().find(|(index, path)| listed[..*index].contains(path)) {
        return Err(format!("two errors tell of {}", text(path)));
    }
    if errors.len() > MOST_ERRORS {
        return Ok(());
    }
    for place in nulled {
        let due = |path: &Path| {
            expected.errors.iter().any(|error| error.path == *path && error.path[..error.nulls] == *place)
        };
        if !errors.iter().any(due) {
            return Err(format!("no error tells why {} is null", text(place)));
        }
    }
    Ok(())
}

/// Says where the engine and the naive executor disagree, if they do: on data, or on where something failed. The naive
/// one tells where the value is missing, the engine as deep below as the subgraph did.
pub fn agree(data: &Value, errors: &[Path], naive: &Answer) -> Result<(), String> {
    if *data != naive.data {
        return Err("the naive executor has other data".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let known = |path: &&Path| !naive.errors.iter().any(|error| path.starts_with(&error.path));
    if let Some(path) = listed.iter().find(known) {
        return Err(format!("nothing failed naively at {}", text(path)));
    }
    let untold = |place: &&&[Value]| !errors.iter().any(|path| path.starts_with(place));
    match naive.nulled().iter().find(untold) {
        Some(place) if errors.len() <= MOST_ERRORS => {
            Err(format!("what failed naively at {} is not told", text(place)))
        }
        _ => Ok(()),
    }
}

fn text(place: &[Value]) -> Value {
    Value::List(place.to_vec())
}
