//! What somebody searches for.

use kit::{Result, text::search_words};

/// The shortest beginning of a word that stands for all words that begin so. A single letter begins too many of them.
const SHORTEST_BEGINNING: usize = 2;

/// Words that must all be there, in any order; of the last one, its beginning is enough. No words match nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Terms(Vec<String>);

impl Terms {
    /// Reads what was typed; none where nothing was. What nobody can search for is `BAD_USER_INPUT`.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        Ok(search_words(text)?.map(Self))
    }

    /// Whether there is no word: nothing matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each word, and whether its beginning is enough.
    pub fn words(&self) -> impl Iterator<Item = (&str, bool)> {
        let last = self.0.len().saturating_sub(1);
        let begun = move |index, word: &str| index == last && word.chars().count() >= SHORTEST_BEGINNING;
        self.0.iter().enumerate().map(move |(index, word)| (word.as_str(), begun(index, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_may_be_only_begun() {
        let words = |text| {
            let terms = Terms::parse(text).unwrap().unwrap();
            terms.words().map(|(word, begun)| format!("{word}{}", if begun { "*" } else { "" })).collect::<Vec<_>>()
        };
        assert_eq!(words("Oak chai"), ["oak", "chai*"]);
        assert_eq!(words("oak c"), ["oak", "c"]);
        assert_eq!(words("é, Œ"), ["e", "oe*"]);
        assert!(Terms::parse("!").unwrap().unwrap().is_empty());
        assert_eq!(Terms::parse("  ").unwrap(), None);
    }
}
