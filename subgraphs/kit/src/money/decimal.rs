//! A plain decimal number: the wire form of an amount.
//!
//! Strict on purpose. A text is an optional minus, digits, and at most one point with digits on both sides; no
//! exponent, no plus, no grouping, no blanks. A number, in a document or in JSON, is judged by its text, too.

use std::fmt;

/// `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i64,
    scale: u8,
}

/// The text is not a plain decimal number of at most eighteen digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Write a plain decimal number, such as \"12.50\", of at most 18 digits.")]
pub struct NotDecimal;

/// All numbers of so many digits fit an `i64`.
const MAX_DIGITS: usize = 18;

impl Decimal {
    /// `units / 10^scale`.
    pub const fn new(units: i64, scale: u8) -> Self {
        Self { units, scale }
    }

    /// The digits as one whole number.
    pub const fn units(self) -> i64 {
        self.units
    }

    /// How many of the digits come after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, NotDecimal> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(NotDecimal),
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let digits = || whole.bytes().chain(fraction.bytes());
        let count = whole.len() + fraction.len();
        if whole.is_empty() || leading_zero || count > MAX_DIGITS || !digits().all(|byte| byte.is_ascii_digit()) {
            return Err(NotDecimal);
        }
        let units = digits().fold(0_i64, |units, byte| units * 10 + i64::from(byte - b'0'));
        let units = if text.starts_with('-') { -units } else { units };
        Ok(Self { units, scale: u8::try_from(fraction.len()).map_err(|_| NotDecimal)? })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = self.units.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let factor = 10_u64.pow(self.scale.into());
        write!(f, "{sign}{}.{:0width$}", digits / factor, digits % factor, width = usize::from(self.scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_and_written_as_they_are() {
        for text in ["0", "12.50", "-3", "-0.001", "999999999999999999", "0.000000000000000001"] {
            // The last one has nineteen digits: the zero before the point counts.
            let expected = if text.len() == 20 { Err(NotDecimal) } else { Ok(text.to_owned()) };
            assert_eq!(Decimal::parse(text).map(|decimal| decimal.to_string()), expected);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let odd = [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1e3",
            "1E3",
            "1_000",
            "+1",
            "NaN",
            "inf",
            " 1",
            "1 ",
            "01",
            "1,5",
            "0x10",
            "--1",
            "1.2.3",
            "1.-2",
            "٣",
            "1000000000000000000",
        ];
        for text in odd {
            assert_eq!(Decimal::parse(text), Err(NotDecimal), "{text}");
        }
    }
}
