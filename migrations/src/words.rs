//! The words of a text, as they were made when the first migration that keeps them landed: a migration does the same for
//! ever. When the rule changes, a new migration brings its own.

use sea_orm_migration::sea_orm::prelude::Uuid;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::keys::is_ignorable;

/// The longest word, in characters.
const MAX_WORD: usize = 64;

/// What a product is found by.
pub(crate) struct Document {
    /// The product.
    pub product: Uuid,
    /// The words of its title.
    pub title: String,
    /// Those of its description and of its categories' names.
    pub rest: String,
}

/// The words of a text, with a blank between two: letters and digits, without case and accents.
pub(crate) fn words(text: &str) -> String {
    let visible = text.nfkd().filter(|c| !is_ignorable(*c) && !is_accent(*c) && !is_silent(*c));
    let folded = visible.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let (mut words, mut length) = (String::new(), 0);
    for c in folded {
        if !(c.is_alphanumeric() || is_combining_mark(c)) {
            length = 0;
            continue;
        }
        if length == 0 && !words.is_empty() {
            words.push(' ');
        }
        if length < MAX_WORD {
            push(c, &mut words);
        }
        length += 1;
    }
    words
}

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

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | 'ʻ' | 'ʼ' | 'ʹ' | '·')
}
