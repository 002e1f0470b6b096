//! JSON values as trees.

use ahash::RandomState;
use indexmap::IndexMap;

use super::{MAX_DEPTH, Malformed, Scan};

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum JsonValue {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, decoded.
    String(String),
    /// A list.
    Array(Vec<JsonValue>),
    /// An object.
    Object(JsonObject),
}

/// A JSON number as it is written. Equal are those that are written alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Box<str>);

/// The members of a JSON object, in the order in which they are written. Of equal keys, the last one counts. Objects are
/// equal whatever the order of their members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonObject(Box<IndexMap<String, JsonValue, RandomState>>);

impl Number {
    /// The number's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number from a text that is known to be one: a GraphQL literal, for example.
    pub(crate) fn of(text: &str) -> Self {
        Self(text.into())
    }
}

impl JsonValue {
    /// Reads a whole text, which must be UTF-8.
    ///
    /// # Errors
    /// If it is not JSON, or nested too deeply.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let mut scan = Scan::new(text);
        let value = read(&mut scan, 0)?;
        scan.end()?;
        Ok(value)
    }

    /// Writes the value.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Number(number) => out.extend_from_slice(number.0.as_bytes()),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(object) => object.write(out),
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value of a number that is written as an integer without a sign.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.0.parse().ok() } else { None }
    }

    /// The items of a list.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&JsonObject> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl JsonObject {
    /// Adds a member, or replaces the value of the one that has the key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<JsonValue>) {
        self.0.insert(key.into(), value.into());
    }

    /// Adds a member, unless there is one that has the key.
    pub fn insert_new(&mut self, key: &str, value: impl Into<JsonValue>) {
        if !self.0.contains_key(key) {
            self.insert(key, value);
        }
    }

    /// Takes a member out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<JsonValue> {
        self.0.shift_remove(key)
    }

    /// Takes out what is not to be kept.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&str) -> bool) {
        self.0.retain(|key, _| is_kept(key));
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&JsonValue> {
        self.0.get(key)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut JsonValue> {
        self.0.get_mut(key)
    }

    /// The members.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &JsonValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The values of the members.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &JsonValue> {
        self.0.values()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the object.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (key, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_string(key, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
}

impl IntoIterator for JsonObject {
    type Item = (String, JsonValue);
    type IntoIter = indexmap::map::IntoIter<String, JsonValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(String, JsonValue)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (String, JsonValue)>>(members: I) -> Self {
        Self(Box::new(members.into_iter().collect()))
    }
}

/// `null` for a key that is not there.
impl std::ops::Index<&str> for JsonObject {
    type Output = JsonValue;

    fn index(&self, key: &str) -> &JsonValue {
        self.get(key).unwrap_or(&JsonValue::Null)
    }
}

/// `null` for what is no object, and for a key that is not there.
impl std::ops::Index<&str> for JsonValue {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        self.as_object().and_then(|object| object.get(key)).unwrap_or(&Self::Null)
    }
}

impl PartialEq<&str> for JsonValue {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(*other)
    }
}

impl From<&str> for JsonValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for JsonValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for JsonValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for JsonValue {
            fn from(value: $integer) -> Self {
                Self::Number(Number::of(&value.to_string()))
            }
        }
    )*};
}

from_integers!(i32 i64 u32 u64 usize);

impl From<Vec<JsonValue>> for JsonValue {
    fn from(items: Vec<JsonValue>) -> Self {
        Self::Array(items)
    }
}

impl From<JsonObject> for JsonValue {
    fn from(object: JsonObject) -> Self {
        Self::Object(object)
    }
}

impl From<serde_json::Value> for JsonValue {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => Self::Number(Number::of(&number.to_string())),
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(members) => Self::Object(members.into()),
        }
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for JsonObject {
    fn from(members: serde_json::Map<String, serde_json::Value>) -> Self {
        members.into_iter().map(|(key, value)| (key, value.into())).collect()
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(&mut *out, text).expect("a string is written to memory");
}

fn read(scan: &mut Scan<'_>, depth: usize) -> Result<JsonValue, Malformed> {
    if depth > MAX_DEPTH {
        return Err(scan.malformed("nested too deeply"));
    }
    match scan.peek()? {
        b'n' => scan.pass_word(b"null").map(|()| JsonValue::Null),
        b't' => scan.pass_word(b"true").map(|()| JsonValue::Bool(true)),
        b'f' => scan.pass_word(b"false").map(|()| JsonValue::Bool(false)),
        b'"' => Ok(JsonValue::String(scan.string()?.into_owned())),
        b'[' => {
            scan.expect(b'[')?;
            let (mut items, mut first) = (Vec::new(), true);
            while scan.item(&mut first)? {
                items.push(read(scan, depth + 1)?);
            }
            Ok(JsonValue::Array(items))
        }
        b'{' => {
            scan.expect(b'{')?;
            let (mut object, mut first) = (JsonObject::default(), true);
            while let Some(key) = scan.key(&mut first)? {
                let value = read(scan, depth + 1)?;
                object.0.insert(key.into_owned(), value);
            }
            Ok(JsonValue::Object(object))
        }
        _ => {
            let number = scan.skip(depth)?;
            Ok(JsonValue::Number(Number::of(&String::from_utf8_lossy(scan.text(number)))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        let value = JsonValue::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut out = Vec::new();
        value.write(&mut out);
        assert_eq!(serde_json::to_string(&value).unwrap().as_bytes(), out, "serde writes the same");
        assert_eq!(serde_json::from_str::<JsonValue>(text).unwrap(), value, "serde reads the same");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_stay_as_they_are_written() {
        for text in [
            "12345678901234567890123",
            "-0.12345678901234567890",
            "1.10",
            "1e999",
            "-0",
            "1E+2",
            r#"{"z":1.10,"a":[true,false,null,{"y":"é\n","b":{}}],"m":""}"#,
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(again(r#" { "a" : [ 1 , 2 ] , "\u0061": "\u00e9" } "#), r#"{"a":"é"}"#);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "[1,]", "01", "+1", "1.", ".5", "NaN", "'a'", "\"\\ud800\"", "1 2", "{\"a\" 1}", "tru"] {
            assert!(JsonValue::parse(text.as_bytes()).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(JsonValue::parse(deep.as_bytes()).is_err());
    }

    #[test]
    fn serde_json_values_become_the_same() {
        let value = serde_json::json!({"a": [1, -2, 1.5, "x", null, true]});
        let mut out = Vec::new();
        JsonValue::from(value.clone()).write(&mut out);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap(), value);
    }
}
