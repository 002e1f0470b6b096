//! The number that people read out on the telephone.

use std::fmt;

use uuid::Uuid;

/// `ABCDE-12345`: ten characters without look-alikes (Crockford's base 32), the random end of the order's id.
///
/// It says nothing about how many orders there are, and is no key: a unique index guards it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderNumber(String);

/// How many characters a number has, the hyphen aside.
const LENGTH: usize = 10;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl OrderNumber {
    /// The number of the order with this id.
    pub fn of(id: Uuid) -> Self {
        let bits = id.as_u128();
        let character = |index: u32| char::from(ALPHABET[((bits >> (5 * index)) & 31) as usize]);
        let half = |from: u32| (from..from + 5).map(character).collect::<String>();
        Self(format!("{}-{}", half(5), half(0)))
    }

    /// Reads what somebody typed or heard: in any case, with or without hyphens and spaces, and with the look-alikes
    /// O, I and L in the places of 0 and 1. `None` where it can be no order's number.
    pub fn read(text: &str) -> Option<Self> {
        let mut number = String::with_capacity(LENGTH + 1);
        for c in text.chars().filter(|c| !is_separator(*c)) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if number.len() > LENGTH || !ALPHABET.iter().any(|known| char::from(*known) == c) {
                return None;
            }
            if number.len() == LENGTH / 2 {
                number.push('-');
            }
            number.push(c);
        }
        (number.len() == LENGTH + 1).then_some(Self(number))
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

/// What people put between the characters of a number, or what their mail program makes of it.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
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

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let number = OrderNumber::stored("VQ1Z0-V2BEB".into());
        for text in [
            "VQ1Z0-V2BEB",
            "vq1z0-v2beb",
            "VQ1Z0V2BEB",
            " vqIzO\u{2011}v2beb ",
            "v-q-l-z-o v2 beb",
            "VQ1Z0\u{2013}V2BEB",
        ] {
            assert_eq!(OrderNumber::read(text).as_ref(), Some(&number), "{text}");
        }
        for text in
            ["", "-", "VQ1Z0-V2BE", "VQ1Z0-V2BEBB", "VQ1Z0-V2BEU", "VQ1Z0_V2BEB", "VQ1Z0-V2BE\0", "\0", "VQ1Z0-V2BEé"]
        {
            assert_eq!(OrderNumber::read(text), None, "{text:?}");
        }
    }
}
