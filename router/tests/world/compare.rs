//! Compares the router's answer with the right one.
//!
//! Data must be equal to the letter, with one freedom where something failed: a subgraph that may not leave a value
//! null nulls the object around it, and with it what was asked of the same object at another place or under another
//! alias in one request. So a value may be missing where an error tells why; that is counted.

use crate::{
    oracle::{Answer, Path},
    value::Value,
};

/// The router stops to list errors there.
const MOST_ERRORS: usize = 100;

/// How many values are missing that could be there; or what is wrong.
pub fn compare(told: &Answer, expected: &Answer) -> Result<usize, String> {
    let mut missing = Vec::new();
    if !missing_from(&told.data, &expected.data, &mut Vec::new(), &mut missing) {
        return Err("the data differ".into());
    }
    if expected.errors.is_empty() && !(missing.is_empty() && told.errors.is_empty()) {
        return Err("nothing failed, but the answer is not whole".into());
    }
    if told.errors.len() >= MOST_ERRORS {
        return Ok(missing.len());
    }
    if let Some(place) = missing.iter().find(|place| !told.errors.iter().any(|path| path.starts_with(place))) {
        return Err(format!("nothing tells why there is no {}", text(place)));
    }
    let (said, due) = (told.nulled(), expected.nulled());
    if let Some(place) = due.iter().find(|place| !said.iter().any(|known| place.starts_with(known))) {
        return Err(format!("no error tells of {}", text(place)));
    }
    if let Some(place) = said.iter().find(|place| !due.contains(place) && !missing.contains(place)) {
        return Err(format!("nothing failed at {}", text(place)));
    }
    Ok(missing.len())
}

fn text(place: &Path) -> Value {
    Value::List(place.clone())
}

/// Collects where `told` holds null and `expected` does not. False if they differ in any other way.
fn missing_from(told: &Value, expected: &Value, path: &mut Path, missing: &mut Vec<Path>) -> bool {
    match (told, expected) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().zip(other).all(|((key, told), (expected_key, expected))| {
                path.push(Value::String(key.clone()));
                let same = key == expected_key && missing_from(told, expected, path, missing);
                path.pop();
                same
            })
        }
        (Value::List(one), Value::List(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().all(|(index, (told, expected))| {
                path.push(Value::index(index));
                let same = missing_from(told, expected, path, missing);
                path.pop();
                same
            })
        }
        (Value::Null, expected) if *expected != Value::Null => {
            missing.push(path.clone());
            true
        }
        (told, expected) => told == expected,
    }
}
