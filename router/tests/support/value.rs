//! JSON whose keys keep their order: what subgraphs and the router answer, and what is expected of them.

use std::fmt::{self, Write as _};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use crate::random::{Random, hash};

/// A JSON value. Two objects are equal only if their keys stand in the same order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads JSON text.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|error| error.to_string())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// One step down a path: the value of a key or an index.
    pub fn step(&self, step: &Self) -> Option<&Self> {
        match step {
            Self::String(key) => self.get(key),
            index => self.items().iter().enumerate().find(|(at, _)| *index == Self::index(*at)).map(|(_, item)| item),
        }
    }

    /// An index.
    pub fn index(at: usize) -> Self {
        Self::Number(f64::from(u32::try_from(at).expect("short lists")))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Whether null stands anywhere inside.
    pub fn holds_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.iter().any(Self::holds_null),
            Self::Object(fields) => fields.iter().any(|(_, value)| value.holds_null()),
            _ => false,
        }
    }

    /// The same value with the keys of every object sorted.
    pub fn sorted(self) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(Self::sorted).collect()),
            Self::Object(fields) => {
                let mut fields: Vec<_> = fields.into_iter().map(|(key, value)| (key, value.sorted())).collect();
                fields.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Object(fields)
            }
            value => value,
        }
    }

    /// JSON text that means the same, but looks like nobody's: keys shuffled, white space, needless escapes.
    pub fn disguised(&self, random: &mut Random, out: &mut String) {
        space(random, out);
        match self {
            Self::String(text) => quoted(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.disguised(random, out);
                }
                space(random, out);
                out.push(']');
            }
            Self::Object(fields) => {
                let mut order: Vec<usize> = (0..fields.len()).collect();
                if random.chance(40) {
                    random.shuffle(&mut order);
                }
                out.push('{');
                for (index, field) in order.into_iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    space(random, out);
                    quoted(&fields[field].0, out);
                    space(random, out);
                    out.push(':');
                    fields[field].1.disguised(random, out);
                }
                out.push('}');
            }
            plain => out.push_str(&plain.to_string()),
        }
        space(random, out);
    }
}

fn space(random: &mut Random, out: &mut String) {
    if random.chance(4) {
        out.push_str([" ", "\n", "\t ", "\r\n"][random.below(4)]);
    }
}

/// Equal strings look equal: a server has one way of escaping, and entities are told apart by their text.
fn quoted(text: &str, out: &mut String) {
    let mut random = Random::new(hash(0, text));
    out.push('"');
    for letter in text.chars() {
        if letter.is_control() || matches!(letter, '"' | '\\') || random.chance(2) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04X}");
            }
        } else {
            out.push(letter);
        }
    }
    out.push('"');
}

/// As JSON, in the order of the keys.
impl fmt::Display for Value {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => to.write_str("null"),
            Self::Bool(value) => write!(to, "{value}"),
            Self::Number(value) => write!(to, "{value}"),
            Self::String(text) => to.write_str(&serde_json::Value::from(text.as_str()).to_string()),
            Self::List(items) => {
                to.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(to, "{}{item}", if index > 0 { "," } else { "" })?;
                }
                to.write_str("]")
            }
            Self::Object(fields) => {
                to.write_str("{")?;
                for (index, (key, value)) in fields.iter().enumerate() {
                    let key = serde_json::Value::from(key.as_str());
                    write!(to, "{}{key}:{value}", if index > 0 { "," } else { "" })?;
                }
                to.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

/// An integer as a number; what JSON holds here is far below the bound of exactness.
#[allow(clippy::cast_precision_loss)]
fn number(value: i64) -> Value {
    Value::Number(value as f64)
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(number(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(number).map_err(E::custom)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some((key, value)) = from.next_entry::<String, Value>()? {
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice")));
            }
            fields.push((key, value));
        }
        Ok(Value::Object(fields))
    }
}
