//! A subgraph's answer, as it came.

use super::Path;
use crate::value::Value;

/// Data, and where the subgraph says that something failed.
pub struct Told {
    data: Value,
    errors: Vec<Path>,
    /// Whether it tells neither data nor errors.
    pub failed: bool,
}

impl Told {
    /// Reads an answer. Under a list of entities (`keys`), an error may tell the index in its extensions.
    pub fn read(answer: &Value, keys: &[&str]) -> Self {
        let path = |error: &Value| {
            let mut path = error.get("path").map(|path| path.items().to_vec()).unwrap_or_default();
            let index = error.get("extensions").and_then(|known| known.get("representation"));
            let entities = path.first().and_then(Value::text).is_some_and(|key| keys.contains(&key));
            if let Some(index) = index.filter(|_| entities && !matches!(path.get(1), Some(Value::Number(_)))) {
                path.insert(1, index.clone());
            }
            path
        };
        let errors: Vec<Path> = answer.get("errors").map_or(&[][..], Value::items).iter().map(path).collect();
        let data = answer.get("data").cloned().unwrap_or(Value::Null);
        let failed = data == Value::Null && errors.is_empty();
        Self { data, errors, failed }
    }

    /// Whether all data are missing.
    pub fn is_null(&self) -> bool {
        self.data == Value::Null
    }

    /// The value at a path.
    pub fn at(&self, path: &[Value]) -> Option<&Value> {
        path.iter().try_fold(&self.data, |at, step| at.step(step))
    }

    /// Whether an error tells why nothing stands at a place: it happened there, below, or in an item of it.
    pub fn explains(&self, place: &[Value]) -> bool {
        let within = |path: &Path| {
            let same = path.iter().zip(place).take_while(|(one, other)| one == other).count();
            let rest = if same == path.len() { &place[same..] } else { &[][..] };
            same == place.len() || (same == path.len() && rest.iter().all(|step| matches!(step, Value::Number(_))))
        };
        (self.is_null() && !self.errors.is_empty()) || self.errors.iter().any(within)
    }
}
