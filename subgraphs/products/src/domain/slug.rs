//! Slugs: the readable part of an address, made from a title or chosen by hand.

use std::fmt;

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
    #[error("must not be empty")]
    Empty,
    /// Longer than [`MAX_SLUG`].
    #[error("must have at most {MAX_SLUG} characters")]
    TooLong,
    /// Something else than letters, digits and single hyphens between them.
    #[error("may contain only letters a to z, digits, and single hyphens between them")]
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
            let latin = latin(c);
            let plain = c.is_ascii_alphanumeric();
            if !plain && latin.is_empty() {
                // An apostrophe belongs to its word.
                pending |= !matches!(c, '\'' | '’');
                continue;
            }
            if pending && !slug.is_empty() {
                slug.push('-');
            }
            pending = false;
            if plain {
                slug.push(c);
            } else {
                slug.push_str(latin);
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

/// The usual spelling of a European letter in ASCII; empty for everything else.
fn latin(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ž' | 'ż' => "z",
        '&' => "and",
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
        assert!(made(&"long words ".repeat(18)).len() <= MAX_GENERATED + 2);
    }

    #[test]
    fn what_is_generated_can_be_read_back() {
        for title in ["Nordic Oak Chair", "-- x --", "ÆØÅ", "a & b"] {
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
