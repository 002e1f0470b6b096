//! Compares the router's answer with the right one.
//!
//! Data must be equal to the letter. Of errors, those that cause a null which stands in the data must be told, one for
//! each null at least; whatever else is told must have failed there too, or be hidden below such a null, and only once:
//! the specification leaves open whether what is hidden is told.

use crate::{
    naive::{Answer, MOST_ERRORS, Path},
    value::Value,
};

/// Says what is wrong with an answer, if anything is.
pub fn compare(data: &Value, errors: &[(Path, String)], expected: &Answer) -> Result<(), String> {
    if *data != expected.data {
        return Err("the data differ".into());
    }
    let listed = &errors[..errors.len().min(MOST_ERRORS)];
    let nulled = expected.nulled();
    // Below a null that failed, what needed the same answer failed with it.
    let is_hidden = |path: &Path| nulled.iter().any(|place| place.len() < path.len() && path.starts_with(place));
    let failed =
        |(path, code): &(Path, String)| expected.errors.iter().any(|error| error.path == *path && error.code == *code);
    if let Some((path, code)) = listed.iter().find(|told| !failed(told) && !is_hidden(&told.0)) {
        return Err(format!("nothing failed with {code} at {}", text(path)));
    }
    if let Some((_, (path, _))) = listed.iter().enumerate().find(|(index, told)| listed[..*index].contains(told)) {
        return Err(format!("two errors tell of {}", text(path)));
    }
    if errors.len() > MOST_ERRORS {
        return Ok(());
    }
    for place in nulled {
        let due = |(path, _): &(Path, String)| {
            expected.errors.iter().any(|error| error.path == *path && error.path[..error.nulls] == *place)
        };
        if !errors.iter().any(due) {
            return Err(format!("no error tells why {} is null", text(place)));
        }
    }
    Ok(())
}

fn text(place: &[Value]) -> Value {
    Value::List(place.to_vec())
}
