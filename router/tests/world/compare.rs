//! Compares the router's answer with the right one.
//!
//! Data must be equal to the letter. Of errors, those that cause a null which stands in the data must be told, one for
//! each null at least; whatever else is told must have failed there too, and only once: a null above may hide it, so
//! the specification leaves open whether it is told.

use crate::{
    oracle::{Answer, Path},
    value::Value,
};

/// The router stops to list errors there.
const MOST_ERRORS: usize = 100;

/// Says what is wrong with an answer, if anything is.
pub fn compare(data: &Value, errors: &[(Path, String)], expected: &Answer) -> Result<(), String> {
    if *data != expected.data {
        return Err("the data differ".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let failed =
        |(path, code): &&(Path, String)| expected.errors.iter().any(|error| error.path == *path && error.code == *code);
    if let Some((path, code)) = listed.iter().find(|told| !failed(told)) {
        return Err(format!("nothing failed with {code} at {}", text(path)));
    }
    if let Some((_, (path, _))) = listed.iter().enumerate().find(|(index, told)| listed[..*index].contains(told)) {
        return Err(format!("two errors tell of {}", text(path)));
    }
    if errors.len() > MOST_ERRORS {
        return Ok(());
    }
    for place in expected.nulled() {
        let due = |(path, _): &(Path, String)| {
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
pub fn agree(data: &Value, errors: &[(Path, String)], naive: &Answer) -> Result<(), String> {
    if *data != naive.data {
        return Err("the naive executor has other data".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let unknown = |(path, _): &&(Path, String)| !naive.errors.iter().any(|error| path.starts_with(&error.path));
    if let Some((path, _)) = listed.iter().find(unknown) {
        return Err(format!("nothing failed naively at {}", text(path)));
    }
    let untold = |place: &&&[Value]| !errors.iter().any(|(path, _)| path.starts_with(place));
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
