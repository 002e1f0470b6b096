//! Moments in the schema: the scalar `DateTime`.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike as _, Utc};

use crate::{error::Code, given::Readable};

/// A moment, as the scalar `DateTime`.
///
/// It is a type of its own because chrono's is read more generously than its description says: without a `T`, with one
/// digit where two are meant, and in years of any length, which one database refuses and another compares as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub DateTime<Utc>);

/// The text is no moment of RFC 3339 in the years from 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Write a date and a time of RFC 3339, such as \"2026-01-31T12:30:00Z\", in the years from 0001 to 9999.")]
pub struct NotATimestamp;

impl Timestamp {
    /// Reads `date-time` of RFC 3339, section 5.6, in the years from 0001 to 9999 (UTC). A leap second is the second
    /// after it.
    ///
    /// # Errors
    ///
    /// For every other text.
    pub fn parse(text: &str) -> Result<Self, NotATimestamp> {
        if !has_the_form(text.as_bytes()) {
            return Err(NotATimestamp);
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| NotATimestamp)?.to_utc();
        // chrono keeps a leap second as more than a second's nanoseconds, which databases do not know.
        let carried = i64::from(moment.timestamp_subsec_nanos() >= 1_000_000_000);
        let nanos = moment.timestamp_subsec_nanos() % 1_000_000_000;
        let moment = DateTime::from_timestamp(moment.timestamp() + carried, nanos).ok_or(NotATimestamp)?;
        if (1..=9999).contains(&moment.year()) { Ok(Self(moment)) } else { Err(NotATimestamp) }
    }
}

/// Whether this is `YYYY-MM-DDThh:mm:ss`, perhaps a fraction, and `Z` or `±hh:mm`.
fn has_the_form(text: &[u8]) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let Some((head, rest)) = text.split_at_checked(FORM.len()) else { return false };
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't'),
        form => byte == form,
    };
    let rest = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    let offset = match rest {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    offset && head.iter().zip(FORM).all(fits)
}

/// A moment in time: RFC 3339 in UTC, such as 2026-01-31T12:30:00.5+00:00. Input may have any offset; a year before 0001
/// or after 9999 is refused.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let code = |error| InputValueError::custom(error).with_extension("code", Code::BadUserInput.as_str());
        Self::read(&value).map_err(code)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

impl Readable for Timestamp {
    type Error = NotATimestamp;

    fn read(value: &Value) -> Result<Self, NotATimestamp> {
        if let Value::String(text) = value { Self::parse(text) } else { Err(NotATimestamp) }
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_rfc_3339_are_read() {
        for (text, expected) in [
            ("2026-01-31T12:30:00Z", "2026-01-31T12:30:00+00:00"),
            ("2026-01-31t12:30:00.5z", "2026-01-31T12:30:00.500+00:00"),
            ("2026-01-31T12:30:00.123456789+02:00", "2026-01-31T10:30:00.123456789+00:00"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"),
            ("2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00+00:00"),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_value(), Value::from(expected), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "now",
            "2026-01-31",
            "2026-01-31T12:30Z",
            "2026-01-31T12:30:00",
            "2026-01-31 12:30:00Z",
            "2026-1-31T12:30:00Z",
            "2026-01-31T12:30:00.Z",
            "2026-01-31T12:30:00+0200",
            "2026-01-31T12:30:00+02",
            "2026-01-31T12:30:00 Z",
            " 2026-01-31T12:30:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:30:00\0Z",
            "0000-01-01T00:00:00Z",
            "-9999-01-01T00:00:00Z",
            "+99999-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "９９９９-12-31T23:59:59Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(NotATimestamp), "{text:?}");
        }
    }
}
