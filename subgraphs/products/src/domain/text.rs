//! Titles and descriptions: what may stand in them, and when two titles are the same one.

use std::fmt;

/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 10_000;
/// The longest alternative text of an image, in characters.
pub const MAX_ALT: usize = 300;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// More characters than its kind may have.
    #[error("must have at most {max} characters")]
    TooLong {
        /// How many it may have.
        max: usize,
    },
    /// A character that no reader would see.
    #[error("must not contain control characters")]
    ControlCharacter,
}

/// The name of a product or a category: one line, trimmed, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Trims `text` and refuses what is empty, too long or not one line.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = bounded(text, MAX_TITLE)?;
        match text {
            "" => Err(TextError::Empty),
            text if text.chars().any(char::is_control) => Err(TextError::ControlCharacter),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// A title that was checked before it was stored.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// Equal for titles that differ only by case or by the width of their blanks.
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.0.len());
        for word in self.0.split_whitespace() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&word.to_lowercase());
        }
        key
    }

    /// The text as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a shop says about a thing: any number of lines, possibly none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// Trims `text` and refuses what is too long or contains control characters other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = bounded(text, MAX_DESCRIPTION)?;
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// A description that was checked before it was stored.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The text as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An image's alternative text: one line, possibly none.
pub fn parse_alt(text: &str) -> Result<String, TextError> {
    let text = bounded(text, MAX_ALT)?;
    if text.chars().any(char::is_control) { Err(TextError::ControlCharacter) } else { Ok(text.to_owned()) }
}

/// `text` without blanks at its ends, unless it is longer than `max` characters. Looks at no more than it must.
fn bounded(text: &str, max: usize) -> Result<&str, TextError> {
    let text = text.trim();
    if text.chars().nth(max).is_some() { Err(TextError::TooLong { max }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_trimmed_line() {
        assert_eq!(Title::parse("  Oak chair ").unwrap().as_str(), "Oak chair");
        assert_eq!(Title::parse(" \t "), Err(TextError::Empty));
        assert_eq!(Title::parse("two\nlines"), Err(TextError::ControlCharacter));
        assert_eq!(Title::parse(&"ü".repeat(MAX_TITLE + 1)), Err(TextError::TooLong { max: MAX_TITLE }));
        assert!(Title::parse(&"ü".repeat(MAX_TITLE)).is_ok());
        assert!(Title::parse(&"a".repeat(100_000)).is_err());
    }

    #[test]
    fn case_and_blanks_do_not_make_another_title() {
        let key = |text| Title::parse(text).unwrap().key();
        assert_eq!(key("Oak  CHAIR"), key("oak chair"));
        assert_eq!(key("ÉTAGÈRE"), key("étagère"));
        assert_ne!(key("oak chair"), key("oakchair"));
    }

    #[test]
    fn a_description_may_be_empty_and_have_lines() {
        assert_eq!(Description::parse("a\nb\tc").unwrap().as_str(), "a\nb\tc");
        assert_eq!(Description::parse("  ").unwrap().as_str(), "");
        assert_eq!(Description::parse("a\u{0}b"), Err(TextError::ControlCharacter));
        assert!(Description::parse(&"x".repeat(MAX_DESCRIPTION + 1)).is_err());
    }
}
