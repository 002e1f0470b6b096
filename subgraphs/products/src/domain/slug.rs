//! Slugs: the readable part of an address, made from a title or chosen by hand.

use std::fmt;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::text::Title;

/// The longest slug, in characters.
pub const MAX_SLUG: usize = 120;
/// A generated slug stays this short, so that a number fits behind it.
const MAX_GENERATED: usize = 100;

/// Lower-case ASCII words joined by single hyphens, so that two slugs never differ by case alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

/// Why a slug was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Nothing at all.
    #[error("This cannot be empty.")]
    Empty,
    /// Longer than [`MAX_SLUG`].
    #[error("This can have at most {MAX_SLUG} characters.")]
    TooLong,
    /// Something else than letters, digits and single hyphens between them.
    #[error("This can contain only letters a to z, digits, and single hyphens between them.")]
    Malformed,
}

impl Slug {
    /// Reads a slug that a person chose; upper case is lowered.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if text.len() > MAX_SLUG {
            return Err(SlugError::TooLong);
        }
        let well_formed =
            text.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if well_formed { Ok(Self(text.to_ascii_lowercase())) } else { Err(SlugError::Malformed) }
    }

    /// Makes a slug of `title`; `fallback` stands in where no letter of it has a Latin form.
    pub fn from_title(title: &Title, fallback: &str) -> Self {
        let mut slug = String::new();
        let mut pending = false;
        for c in title.as_str().chars().flat_map(char::to_lowercase) {
            let mut spelt = String::new();
            match spell(c, &mut spelt) {
                // A mark or an apostrophe belongs to its word.
                Spelling::Silent => continue,
                Spelling::Other => pending = true,
                Spelling::Latin => {
                    if pending && !slug.is_empty() {
                        slug.push('-');
                    }
                    pending = false;
                    slug.push_str(&spelt);
                }
            }
            if slug.len() >= MAX_GENERATED {
                break;
            }
        }
        if slug.is_empty() { Self(fallback.to_ascii_lowercase()) } else { Self(slug) }
    }

    /// This slug with a number behind it, for when the plain one is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    /// A slug that was checked before it was stored.
    pub fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The slug as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a character is in a slug.
enum Spelling {
    /// Letters or digits.
    Latin,
    /// Nothing at all.
    Silent,
    /// The end of a word.
    Other,
}

/// Appends the spelling of a lower-case character in ASCII to `slug`: that of the table, or else what remains of its
/// compatibility decomposition (NFKD), each part of which is looked up again.
fn spell(c: char, slug: &mut String) -> Spelling {
    let before = slug.len();
    slug.push_str(latin(c));
    if slug.len() == before {
        for (index, part) in std::iter::once(c).nfkd().enumerate() {
            let part = part.to_ascii_lowercase();
            if part.is_ascii_alphanumeric() {
                slug.push(part);
            } else if !latin(part).is_empty() {
                slug.push_str(latin(part));
            } else if index > 0 && slug.len() > before && !is_combining_mark(part) {
                // The stroke of a fraction, say.
                slug.push('-');
            }
        }
        slug.truncate(slug.trim_end_matches('-').len());
    }
    if slug.len() > before {
        Spelling::Latin
    } else if is_combining_mark(c) || is_apostrophe(c) || kit::text::is_ignorable(c) {
        Spelling::Silent
    } else {
        Spelling::Other
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | 'ʻ' | 'ʼ' | 'ʹ' | '＇')
}

/// The usual spelling in ASCII of a letter of a Latin alphabet, where it is not just the letter without its marks; empty
/// for everything else.
fn latin(c: char) -> &'static str {
    match c {
        'ä' | 'æ' => "ae",
        'ɓ' => "b",
        'đ' | 'ð' | 'ɗ' => "d",
        'ə' => "e",
        'ƒ' => "f",
        'ħ' => "h",
        'ı' => "i",
        'ĸ' | 'ƙ' => "k",
        'ł' | 'ŀ' => "l",
        'ŋ' => "n",
        'ö' | 'ø' | 'œ' => "oe",
        'ß' => "ss",
        'ŧ' => "t",
        'þ' => "th",
        'ü' => "ue",
        'ƴ' => "y",
        '&' | '＆' => "and",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(title: &str) -> String {
        Slug::from_title(&Title::parse(title).unwrap(), "p-1").to_string()
    }

    #[test]
    fn a_title_becomes_words_and_hyphens() {
        assert_eq!(made("Nordic  Oak Chair!"), "nordic-oak-chair");
        assert_eq!(made("Grüße & Küsse"), "gruesse-and-kuesse");
        assert_eq!(made("Men's jacket – size 42"), "mens-jacket-size-42");
        assert_eq!(made("椅子"), "p-1");
        assert_eq!(made("Иван"), "p-1");
        assert!(made(&"long words ".repeat(18)).len() <= MAX_GENERATED + 2);
    }

    #[test]
    fn letters_are_spelt_without_their_marks() {
        for (title, slug) in [
            ("Điện thoại di động", "dien-thoai-di-dong"),
            ("İstanbul ISPARTA ılık", "istanbul-isparta-ilik"),
            ("Și Ṭest ǎsia", "si-test-asia"),
            ("ﬁsh ﬂoor oﬀer", "fish-floor-offer"),
            ("Cafe\u{301} na\u{ef}ve", "cafe-naive"),
            ("Mu\u{308}ller", "mueller"),
            ("Łódź Żółć Straße Ægir Þór", "lodz-zolc-strasse-aegir-thor"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ", "full-width"),
            ("10 m² for ½ price™", "10-m2-for-1-2-pricetm"),
            ("№ 5 ㎏", "no-5-kg"),
            ("Oʻzbekcha rock’n’roll", "ozbekcha-rocknroll"),
            ("re\u{ad}signed zero\u{200b}width", "resigned-zerowidth"),
            ("q\u{308}uiet a\u{20dd}b", "quiet-ab"),
        ] {
            assert_eq!(made(title), slug, "{title}");
        }
    }

    #[test]
    fn what_is_generated_can_be_read_back() {
        for title in ["Nordic Oak Chair", "-- x --", "ÆØÅ", "a & b", "½ ⅓", "a\u{301}", "…\u{301}x", "⑴⒜"] {
            assert_eq!(Slug::parse(&made(title)).unwrap().as_str(), made(title));
        }
        assert_eq!(Slug::parse("oak-chair").unwrap().numbered(2), Slug::parse("oak-chair-2").unwrap());
    }

    #[test]
    fn a_chosen_slug_is_lowered_or_refused() {
        assert_eq!(Slug::parse("Oak-Chair").unwrap().as_str(), "oak-chair");
        assert_eq!(Slug::parse(""), Err(SlugError::Empty));
        assert_eq!(Slug::parse("-a"), Err(SlugError::Malformed));
        assert_eq!(Slug::parse("a--b"), Err(SlugError::Malformed));
        assert_eq!(Slug::parse("a b"), Err(SlugError::Malformed));
        assert_eq!(Slug::parse(&"a".repeat(MAX_SLUG + 1)), Err(SlugError::TooLong));
    }
}
