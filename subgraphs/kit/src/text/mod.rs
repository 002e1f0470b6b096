//! Text from clients: one set of rules for every input of every domain.
//!
//! A text is normalised to NFC, so that canonically equal texts are equal, and trimmed. Its length is counted in
//! characters after that. Control characters are refused everywhere; where one line is meant ([`line`]), so is whatever
//! ends a line or changes the direction of the text around it, because such a text ends on labels, in exports and in
//! the headers of mails. Text of several lines ([`paragraphs`]) may contain line breaks, tabs and balanced marks of
//! direction. [`key`] is the form under which two texts are the same one.
//!
//! Zero-width joiners and other ignorable characters are accepted, because Persian, Indic scripts and emoji need them,
//! but they do not tell two texts apart.

mod characters;
mod key;
mod words;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::{Failure, Result, user_error::Bounds};

pub use self::{
    characters::is_ignorable,
    key::key,
    words::{search_words, words},
};

/// The longest text of a filter, in characters. No column that a filter compares holds a longer one.
pub const MAX_FILTER: usize = 200;

/// Why a text is refused. The messages are whole sentences that name no field, so that every client can show them beside
/// the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// It says nothing, and it must say something.
    #[error("This cannot be empty.")]
    Empty,
    /// It is longer than it may be.
    #[error("This can have at most {max} characters.")]
    TooLong {
        /// The maximum, in characters.
        max: usize,
    },
    /// It is no single line of printable characters.
    #[error("This must be a single line without control characters.")]
    NotOneLine,
    /// It contains control characters other than line breaks and tabs.
    #[error("This must not contain control characters.")]
    Unprintable,
}

impl TextError {
    /// The bounds that the text is outside of, in characters.
    pub fn bounds(self) -> Bounds {
        match self {
            Self::Empty => Bounds::at_least(1),
            Self::TooLong { max } => Bounds::at_most(max),
            Self::NotOneLine | Self::Unprintable => Bounds::default(),
        }
    }
}

/// A single line of 1 to `max` characters, normalised and trimmed.
///
/// # Errors
///
/// [`TextError::Empty`], [`TextError::TooLong`], [`TextError::NotOneLine`].
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let line = possibly_empty_line(text, max)?;
    if line.chars().all(characters::is_ignorable) { Err(TextError::Empty) } else { Ok(line) }
}

/// A single line of at most `max` characters, normalised and trimmed.
///
/// # Errors
///
/// [`TextError::TooLong`], [`TextError::NotOneLine`].
pub fn possibly_empty_line(text: &str, max: usize) -> Result<String, TextError> {
    let line = bounded(text, max)?;
    if line.chars().any(characters::breaks_a_line) { Err(TextError::NotOneLine) } else { Ok(line) }
}

/// As [`line`], but an absent text is allowed, and an empty one counts as absent.
///
/// # Errors
///
/// [`TextError::TooLong`], [`TextError::NotOneLine`].
pub fn optional_line(text: Option<&str>, max: usize) -> Result<Option<String>, TextError> {
    let Some(text) = text else { return Ok(None) };
    let line = possibly_empty_line(text, max)?;
    Ok(Some(line).filter(|line| !line.chars().all(characters::is_ignorable)))
}

/// Any number of lines, possibly none, of at most `max` characters together, normalised and trimmed.
///
/// # Errors
///
/// [`TextError::TooLong`], [`TextError::Unprintable`].
pub fn paragraphs(text: &str, max: usize) -> Result<String, TextError> {
    let text = bounded(text, max)?;
    if text.chars().any(characters::is_unprintable) { Err(TextError::Unprintable) } else { Ok(text) }
}

/// The [`key`] of the text of a filter. A text that no stored one can contain is `BAD_USER_INPUT`: databases differ in
/// what they make of U+0000, and one of them answers with an error.
///
/// # Errors
///
/// A [`Failure`] with the code `BAD_USER_INPUT`, for a text of more than [`MAX_FILTER`] characters or one that is no
/// single line.
pub fn filter_key(text: &str) -> Result<String> {
    let line = possibly_empty_line(text, MAX_FILTER);
    line.map(|line| key(&line)).map_err(|error| Failure::bad_input(error.to_string()))
}

/// `text` normalised to NFC; `None` where it is normalised already.
pub fn normalized(text: &str) -> Option<String> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    Some(text.nfc().collect::<String>()).filter(|normalized| normalized != text)
}

/// `text` normalised and without white space at its ends, unless it has more than `max` characters then.
fn bounded(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    let normalized = match is_nfc_quick(text.chars().take(max.saturating_add(1))) {
        IsNormalized::Yes => text.chars().take(max.saturating_add(1)).collect::<String>(),
        // Composition may shorten the text, so the length is that of the result.
        _ => text.nfc().take(max.saturating_add(1)).collect(),
    };
    if normalized.chars().nth(max).is_some() { Err(TextError::TooLong { max }) } else { Ok(normalized) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_normalised_and_bounded() {
        assert_eq!(line("  Ada Lovelace ", 12).unwrap(), "Ada Lovelace");
        assert_eq!(line("Cafe\u{301}", 4).unwrap(), "Caf\u{e9}", "the length is that of the normalised text");
        assert_eq!(line("\u{a0}\u{3000}", 9), Err(TextError::Empty));
        assert_eq!(line("\u{200b}\u{2060}", 9), Err(TextError::Empty), "nobody can see such a text");
        assert_eq!(line("äöüäöü", 5), Err(TextError::TooLong { max: 5 }));
        assert_eq!(line(&"e\u{301}".repeat(6), 5), Err(TextError::TooLong { max: 5 }));
        assert!(line(&"e\u{301}".repeat(5), 5).is_ok());
        // What lies behind the bound is not looked at, however long it is.
        assert_eq!(line(&"a".repeat(1_000_000), 5), Err(TextError::TooLong { max: 5 }));
        assert_eq!(optional_line(Some("  "), 5), Ok(None));
        assert_eq!(optional_line(None, 5), Ok(None));
        assert_eq!(optional_line(Some(" x "), 5), Ok(Some("x".into())));
    }

    #[test]
    fn what_is_no_printable_line_is_refused() {
        for odd in [
            "\0",
            "\u{7}",
            "\u{1b}[31m",
            "\r\n",
            "\t",
            "\u{7f}",
            "\u{85}",
            "\u{9b}31m",
            "\u{2028}",
            "\u{2029}",
            "\u{202a}",
            "\u{202e}",
            "\u{2066}",
            "\u{2069}",
            "\u{206f}",
            "\u{fff9}",
            "\u{fffe}",
            "\u{1fffe}",
            "\u{fdd0}",
        ] {
            let text = format!("a{odd}b");
            assert_eq!(line(&text, 20), Err(TextError::NotOneLine), "{odd:?}");
            assert_eq!(optional_line(Some(&text), 20), Err(TextError::NotOneLine), "{odd:?}");
            assert_eq!(filter_key(&text).unwrap_err().code().as_str(), "BAD_USER_INPUT", "{odd:?}");
        }
        for fine in ["نمی\u{200c}خواهم", "👩\u{200d}👩\u{200d}👧", "שלום \u{200f}!", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "re\u{ad}signed"]
        {
            assert!(line(fine, 40).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn paragraphs_may_have_lines_and_be_empty() {
        assert_eq!(paragraphs(" a\r\nb\tc ", 10).unwrap(), "a\r\nb\tc");
        assert_eq!(paragraphs("  ", 10).unwrap(), "");
        assert_eq!(paragraphs("e\u{301}", 10).unwrap(), "é");
        assert_eq!(paragraphs("\u{2067}עברית\u{2069} abc", 20).unwrap(), "\u{2067}עברית\u{2069} abc");
        for odd in ["\0", "\u{7}", "\u{1b}", "\u{9b}", "\u{202d}", "\u{202e}", "\u{ffff}"] {
            assert_eq!(paragraphs(&format!("a{odd}b"), 10), Err(TextError::Unprintable), "{odd:?}");
        }
        assert_eq!(paragraphs(&"x".repeat(11), 10), Err(TextError::TooLong { max: 10 }));
    }

    #[test]
    fn the_text_of_a_filter_is_compared_by_its_key() {
        assert_eq!(filter_key(" CAFE\u{301} ").unwrap(), "café");
        assert_eq!(filter_key("").unwrap(), "");
        assert!(filter_key(&"x".repeat(MAX_FILTER + 1)).is_err());
    }

    #[test]
    fn only_what_changes_is_normalised() {
        assert_eq!(normalized("plain"), None);
        assert_eq!(normalized("é"), None);
        assert_eq!(normalized("e\u{301}").as_deref(), Some("é"));
        assert_eq!(normalized("\u{212b}").as_deref(), Some("Å"));
    }
}
