//! The form under which two texts are the same one.

use unicode_normalization::UnicodeNormalization as _;

use super::characters::is_ignorable;

/// The key of a text, for unique columns and for filters: equal for texts that differ only by case, by the form in which
/// their characters are composed, by the width of their white space, or by characters that nobody sees.
///
/// Case is folded by way of the upper case, so that `ß` meets `SS` and both small sigmas meet each other. The result is
/// normalised to NFC, and a key is its own key.
///
/// The columns that hold keys are computed by this function. Whoever changes it adds a migration that computes them anew.
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        return words(&text.to_ascii_lowercase());
    }
    let visible = text.nfc().filter(|c| !is_ignorable(*c));
    let folded: String = visible.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    // The upper case of some characters is several, which compose again.
    words(&folded).nfc().collect()
}

fn words(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_alike_have_one_key() {
        for (one, other) in [
            ("Alice", "aLICE"),
            ("ÄPFEL", "a\u{308}pfel"),
            ("ΟΔΟΣ", "οδος"),
            ("Straße", "STRASSE"),
            ("Caf\u{e9}", "CAFE\u{301}"),
            ("Vie\u{323}\u{302}t", "vi\u{1ec7}t"),
            ("\u{212b}ngstro\u{308}m", "ångström"),
            ("Oak  chair", " oak\u{a0}CHAIR\t"),
            ("o\u{200b}ak", "oak"),
            ("\u{feff}oak\u{fe0f}", "oak"),
            ("\u{390}", "\u{3b9}\u{308}\u{301}"),
            ("가", "\u{1100}\u{1161}"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
            assert_eq!(key(&key(one)), key(one), "{one:?}");
        }
        for (one, other) in [("apfel", "äpfel"), ("oak chair", "oakchair"), ("I", "l"), ("a", "а")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }
}
