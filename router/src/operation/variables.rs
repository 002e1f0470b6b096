//! The values of an operation's variables, once they were coerced.

use std::sync::OnceLock;

use ahash::RandomState;
use apollo_compiler::{
    Name,
    response::{JsonMap, serde_json_bytes},
    validation::Valid,
};
use indexmap::IndexMap;

use crate::json::JsonValue;

/// The variables that have a value, in the order of their declarations.
#[derive(Debug, Default)]
pub struct Variables {
    values: IndexMap<Name, JsonValue, RandomState>,
    rounded: OnceLock<Valid<JsonMap>>,
}

impl Variables {
    pub(super) fn new(values: impl IntoIterator<Item = (Name, JsonValue)>) -> Self {
        Self { values: values.into_iter().collect(), rounded: OnceLock::new() }
    }

    /// The value of a variable, by its name without the dollar sign.
    pub fn get(&self, name: &str) -> Option<&JsonValue> {
        self.values.get(name)
    }

    /// The variables and their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &JsonValue)> {
        self.values.iter()
    }

    /// The values as the compiler knows them, whose numbers have 64 bits: good enough to run introspection and to
    /// measure, but not to be passed on.
    pub fn rounded(&self) -> &Valid<JsonMap> {
        self.rounded.get_or_init(|| {
            let values = self.values.iter().map(|(name, value)| (name.as_str().into(), rounded(value)));
            Valid::assume_valid(values.collect())
        })
    }
}

fn rounded(value: &JsonValue) -> serde_json_bytes::Value {
    use serde_json_bytes::Value;
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(value) => (*value).into(),
        // What is beyond the largest of 64 bits is no number there.
        JsonValue::Number(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
        JsonValue::String(text) => text.as_str().into(),
        JsonValue::Array(items) => items.iter().map(rounded).collect(),
        JsonValue::Object(object) => object.iter().map(|(key, value)| (key, rounded(value))).collect(),
    }
}
