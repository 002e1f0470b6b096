//! Typed, opaque ids: `usr_0190c5b8…` outside, a UUID in the database.
//!
//! The type parameter says what is identified, so that an order's id cannot be handed to a function that wants a
//! product's; the prefix says the same to people. GraphQL sees `ID` only and parses inside its resolvers.

mod column;

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// What an [`Id`] identifies. Implemented by empty enums: `pub enum UserKind {}`.
pub trait Kind: 'static {
    /// What its ids begin with, without the underscore: `usr`.
    const PREFIX: &'static str;
}

/// The id of a `K`.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// Why a text is not the id that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is no id at all.
    #[error("This is not an id.")]
    Malformed,
    /// It identifies something else.
    #[error("This id is of another kind; one that begins with \"{expected}_\" is needed.")]
    WrongKind {
        /// The prefix that was asked for.
        expected: &'static str,
    },
}

impl<K> Id<K> {
    /// The id whose database form is `uuid`.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The database form.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K: Kind> Id<K> {
    /// Reads what `Display` wrote; nothing else, so that one thing has one id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let (prefix, digits) = text.split_once('_').ok_or(IdError::Malformed)?;
        let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() != 32 || !digits.bytes().all(plain) {
            return Err(IdError::Malformed);
        }
        if prefix != K::PREFIX {
            return Err(IdError::WrongKind { expected: K::PREFIX });
        }
        Uuid::try_parse(digits).map(Self::from_uuid).map_err(|_| IdError::Malformed)
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.simple())
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

// By hand, because `derive` would ask the same of `K`.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum CatKind {}
    impl Kind for CatKind {
        const PREFIX: &'static str = "cat";
    }

    #[test]
    fn an_id_is_read_as_it_was_written() {
        let id = Id::<CatKind>::from_uuid(Uuid::from_u128(0x0190_c5b8_0000_7000_8000_0000_0000_002a));
        assert_eq!(id.to_string(), "cat_0190c5b8000070008000".to_owned() + "00000000002a");
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<Id<CatKind>>(&json).unwrap(), id);
    }

    #[test]
    fn what_is_no_id_and_what_is_another_kind_are_told_apart() {
        let digits = "0190c5b8000070008000000000000000";
        let other = Id::<CatKind>::parse(&format!("dog_{digits}"));
        assert_eq!(other, Err(IdError::WrongKind { expected: "cat" }));
        let upper = format!("cat_{}", digits.to_uppercase());
        let hyphens = "cat_0190c5b8-0000-7000-8000-000000000000";
        for text in ["", "cat", "cat_", "cat_12", digits, &upper, hyphens, "cat_0190c5b800007000800000000000000g"] {
            assert_eq!(Id::<CatKind>::parse(text), Err(IdError::Malformed), "{text}");
        }
    }
}
