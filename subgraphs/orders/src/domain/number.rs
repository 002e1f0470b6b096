//! The number that people read out on the telephone.

use std::fmt;

use uuid::Uuid;

/// `ABCDE-12345`: ten characters without look-alikes (Crockford's base 32), the random end of the order's id.
///
/// It says nothing about how many orders there are, and is no key: a unique index guards it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNumber(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl OrderNumber {
    /// The number of the order with this id.
    pub fn of(id: Uuid) -> Self {
        let bits = id.as_u128();
        let character = |index: u32| char::from(ALPHABET[((bits >> (5 * index)) & 31) as usize]);
        let half = |from: u32| (from..from + 5).map(character).collect::<String>();
        Self(format!("{}-{}", half(5), half(0)))
    }

    /// A number read from the database.
    pub fn stored(number: String) -> Self {
        Self(number)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_readable_and_follows_the_random_end() {
        assert_eq!(OrderNumber::of(Uuid::from_u128(0)).as_str(), "00000-00000");
        assert_eq!(OrderNumber::of(Uuid::from_u128(31 | 10 << 5)).as_str(), "00000-ZA000");
        assert_ne!(OrderNumber::of(Uuid::from_u128(1)), OrderNumber::of(Uuid::from_u128(2)));
    }
}
