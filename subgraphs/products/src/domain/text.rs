//! Titles and descriptions: what may stand in them, and when two titles are the same one.

use std::fmt;

use kit::text::{self, TextError};

/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 10_000;
/// The longest alternative text of an image, in characters.
pub const MAX_ALT: usize = 300;

/// The name of a product or a category: one line, trimmed, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Trims and normalises `text`, and refuses what is empty, too long or not one line.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text::line(text, MAX_TITLE).map(Self)
    }

    /// A title that was checked before it was stored.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// Equal for titles that are the same one, as [`text::key`] tells.
    pub fn key(&self) -> String {
        text::key(&self.0)
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
    /// Trims and normalises `text`, and refuses what is too long or contains control characters other than line breaks
    /// and tabs.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        text::paragraphs(text, MAX_DESCRIPTION).map(Self)
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
    text::possibly_empty_line(text, MAX_ALT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_trimmed_line() {
        assert_eq!(Title::parse("  Oak chair ").unwrap().as_str(), "Oak chair");
        assert_eq!(Title::parse(" \t "), Err(TextError::Empty));
        assert_eq!(Title::parse("two\nlines"), Err(TextError::NotOneLine));
        assert_eq!(Title::parse(&"ü".repeat(MAX_TITLE + 1)), Err(TextError::TooLong { max: MAX_TITLE }));
        assert!(Title::parse(&"ü".repeat(MAX_TITLE)).is_ok());
        assert!(Title::parse(&"a".repeat(100_000)).is_err());
    }

    #[test]
    fn case_and_blanks_do_not_make_another_title() {
        let key = |text| Title::parse(text).unwrap().key();
        assert_eq!(key("Oak  CHAIR"), key("oak chair"));
        assert_eq!(key("ÉTAGÈRE"), key("étagère"));
        assert_eq!(key("Cafe\u{301}"), key("Caf\u{e9}"));
        assert_ne!(key("oak chair"), key("oakchair"));
    }

    #[test]
    fn a_description_may_be_empty_and_have_lines() {
        assert_eq!(Description::parse("a\nb\tc").unwrap().as_str(), "a\nb\tc");
        assert_eq!(Description::parse("  ").unwrap().as_str(), "");
        assert_eq!(Description::parse("a\u{0}b"), Err(TextError::Unprintable));
        assert!(Description::parse(&"x".repeat(MAX_DESCRIPTION + 1)).is_err());
    }
}
