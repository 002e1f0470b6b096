//! The words of a text, as a search compares them.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{MAX_FILTER, characters::is_ignorable, possibly_empty_line};
use crate::{Failure, Result};

/// The longest word, in characters; what is longer is compared by its beginning.
const MAX_WORD: usize = 64;

/// The words of a text, in its order: of letters and digits, without case and accents. An apostrophe belongs to its word,
/// everything else stands between two.
///
/// Databases keep words that this function has made, so that all of them search alike. Whoever changes it adds a migration that makes
/// them anew.
pub fn words(text: &str) -> Vec<String> {
    let visible = text.nfkd().filter(|c| !is_ignorable(*c) && !is_accent(*c) && !is_silent(*c));
    // By way of the upper case, as `key` does.
    let folded = visible.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let (mut words, mut word, mut length) = (Vec::new(), String::new(), 0);
    for c in folded.chain([' ']) {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if length < MAX_WORD {
                push(c, &mut word);
            }
            length += 1;
        } else if length > 0 {
            words.push(std::mem::take(&mut word));
            length = 0;
        }
    }
    words
}

/// The words that somebody searches for; none where nothing was typed.
///
/// # Errors
///
/// A [`Failure`] with the code `BAD_USER_INPUT`, for a text of more than [`MAX_FILTER`] characters or one that is no
/// single line.
pub fn search_words(text: &str) -> Result<Option<Vec<String>>> {
    let line = possibly_empty_line(text, MAX_FILTER);
    let line = line.map_err(|error| Failure::bad_input(error.to_string()))?;
    Ok((!line.is_empty()).then(|| words(&line)))
}

/// A letter by the nearest ones that a keyboard without it has. Accents are gone already.
fn push(c: char, word: &mut String) {
    match c {
        'æ' => word.push_str("ae"),
        'œ' => word.push_str("oe"),
        'þ' => word.push_str("th"),
        'đ' | 'ð' => word.push('d'),
        'ħ' => word.push('h'),
        'ı' => word.push('i'),
        'ł' => word.push('l'),
        'ŋ' => word.push('n'),
        'ø' => word.push('o'),
        'ŧ' => word.push('t'),
        c => word.push(c),
    }
}

/// Marks of alphabets whose letters are the same without them. The signs of vowels in other scripts are no such marks.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// What stands inside of words without dividing them.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | 'ʻ' | 'ʼ' | 'ʹ' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_without_case_and_accents() {
        for (text, expected) in [
            ("Nordic  Oak-Chair!", "nordic oak chair"),
            ("Crème BRÛLÉE cafe\u{301}", "creme brulee cafe"),
            ("Chef's knife, rock’n’roll", "chefs knife rocknroll"),
            ("Łódź Straße Ærø Þór İstanbul ısı", "lodz strasse aero thor istanbul isi"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("100 % 5.0l ½ №", "100 5 0l 1 2 no"),
            ("Ｆｕｌｌ re\u{ad}sign", "full resign"),
            ("हिन्दी", "हिन्दी"),
            ("\"*' NEAR(a b) -c ^d", "near a b c d"),
            ("👍 … \u{301}", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
            assert_eq!(words(expected).join(" "), expected, "words are words of their own");
        }
        assert_eq!(words(&"x".repeat(1000)), ["x".repeat(MAX_WORD)]);
    }

    #[test]
    fn a_search_is_a_line_of_bounded_length() {
        assert_eq!(search_words(" \u{a0}").unwrap(), None);
        assert_eq!(search_words("?!").unwrap(), Some(vec![]));
        assert_eq!(search_words(" Oak ").unwrap(), Some(vec!["oak".to_owned()]));
        for odd in ["a\0b", "a\nb", &"x".repeat(MAX_FILTER + 1), &"x".repeat(10_000)] {
            assert_eq!(search_words(odd).unwrap_err().code().as_str(), "BAD_USER_INPUT");
        }
    }
}
