//! Cursors: the sort values of a row, as opaque text.
//!
//! The text is the base64url form of a JSON array: the order's name, then one value for each of its columns. A cursor of
//! another order, or one that nobody made, is `BAD_USER_INPUT`; it can never reach the database with a value of a wrong type.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sea_orm::Value;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Failure, Id, Result};

/// A type that a column of an order may have.
pub trait Key: Into<Value> + 'static {
    /// The value in a cursor.
    fn encode(&self) -> Json;
    /// The value from a cursor; `None` where it has another type.
    fn decode(json: &Json) -> Option<Self>;
}

impl Key for i32 {
    fn encode(&self) -> Json {
        (*self).into()
    }

    fn decode(json: &Json) -> Option<Self> {
        json.as_i64()?.try_into().ok()
    }
}

impl Key for i64 {
    fn encode(&self) -> Json {
        (*self).into()
    }

    fn decode(json: &Json) -> Option<Self> {
        json.as_i64()
    }
}

impl Key for bool {
    fn encode(&self) -> Json {
        (*self).into()
    }

    fn decode(json: &Json) -> Option<Self> {
        json.as_bool()
    }
}

impl Key for String {
    fn encode(&self) -> Json {
        self.as_str().into()
    }

    fn decode(json: &Json) -> Option<Self> {
        // PostgreSQL has no text with U+0000, and no column that is sorted by holds another control character.
        json.as_str().filter(|text| !text.contains(char::is_control)).map(str::to_owned)
    }
}

impl Key for DateTime<Utc> {
    fn encode(&self) -> Json {
        self.timestamp_micros().into()
    }

    fn decode(json: &Json) -> Option<Self> {
        let time = Self::from_timestamp_micros(json.as_i64()?)?;
        // Databases know no times much further away, and would say so.
        ((-62_000_000_000..=253_000_000_000).contains(&time.timestamp())).then_some(time)
    }
}

impl Key for Uuid {
    fn encode(&self) -> Json {
        self.simple().to_string().into()
    }

    fn decode(json: &Json) -> Option<Self> {
        Self::try_parse(json.as_str()?).ok()
    }
}

impl<K: 'static> Key for Id<K> {
    fn encode(&self) -> Json {
        self.uuid().encode()
    }

    fn decode(json: &Json) -> Option<Self> {
        Uuid::decode(json).map(Self::from_uuid)
    }
}

/// No real cursor is longer.
const MAX_LENGTH: usize = 4096;

/// The cursor of the row with these values, in the order called `name`.
pub(super) fn write(name: &str, values: impl Iterator<Item = Json>) -> String {
    let all: Vec<Json> = std::iter::once(name.into()).chain(values).collect();
    URL_SAFE_NO_PAD.encode(Json::Array(all).to_string())
}

/// The values in `cursor`, if it is one of the order called `name`.
pub(super) fn read(name: &str, cursor: &str) -> Result<Vec<Json>> {
    let bytes = Some(cursor).filter(|cursor| cursor.len() <= MAX_LENGTH);
    let bytes = bytes.and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok()).ok_or_else(bad_cursor)?;
    let mut values: Vec<Json> = serde_json::from_slice(&bytes).map_err(|_| bad_cursor())?;
    if values.first().and_then(Json::as_str) != Some(name) {
        return Err(bad_cursor());
    }
    values.remove(0);
    Ok(values)
}

pub(super) fn bad_cursor() -> Failure {
    Failure::bad_input("This cursor is not one of this list in this order.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survives<K: Key + PartialEq + std::fmt::Debug>(key: K) {
        let cursor = write("by:asc", std::iter::once(key.encode()));
        assert_eq!(K::decode(&read("by:asc", &cursor).unwrap()[0]), Some(key));
    }

    #[test]
    fn every_type_of_key_survives_its_cursor() {
        survives(-7_i32);
        survives(i64::MAX);
        survives(true);
        survives("Ä \"quoted\" title".to_owned());
        survives(DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap());
        survives(Uuid::from_u128(42));
        survives(Id::<()>::from_uuid(Uuid::from_u128(43)));
    }

    #[test]
    fn what_is_no_cursor_of_this_order_is_bad_input() {
        let other = write("by:desc", std::iter::once(1.into()));
        let object = URL_SAFE_NO_PAD.encode("{}");
        let long = "a".repeat(MAX_LENGTH + 1);
        for cursor in ["", "nonsense!", &other, &object, &URL_SAFE_NO_PAD.encode("[]"), &long] {
            assert_eq!(read("by:asc", cursor).unwrap_err().code().as_str(), "BAD_USER_INPUT", "{cursor}");
        }
        assert_eq!(i32::decode(&"7".into()), None);
        assert_eq!(i32::decode(&i64::MAX.into()), None);
        assert_eq!(String::decode(&"a\0".into()), None);
        assert_eq!(DateTime::<Utc>::decode(&i64::MAX.into()), None);
    }
}
