//! Documents that were parsed before.
//!
//! A router sends the same few documents over and over, with other variables. Parsing one costs more than executing it
//! may; a copy of the parsed form costs next to nothing. Only the text decides, so nothing can be mixed up; whether a
//! document fits the schema and what its variables are is asked anew every time.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{ServerError, parser::types::ExecutableDocument};
use lru::LruCache;

use super::numbers::parse_document;

/// How many documents are remembered.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");
/// Longer ones are not: they are rare, and could be many.
const MAX_LENGTH: usize = 8 * 1024;

/// The documents that were used last.
pub(super) struct Documents(Mutex<LruCache<String, Arc<ExecutableDocument>>>);

impl Default for Documents {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl Documents {
    /// The parsed form of `text`.
    pub(super) fn parse(&self, text: &str) -> Result<ExecutableDocument, ServerError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(document) = known {
            return Ok(ExecutableDocument::clone(&document));
        }
        let document = parse_document(text)?;
        if text.len() <= MAX_LENGTH {
            let remembered = Arc::new(document.clone());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).put(text.to_owned(), remembered);
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(document: &ExecutableDocument) -> usize {
        document.operations.iter().count()
    }

    #[test]
    fn a_document_is_the_same_the_second_time_and_errors_are_not_remembered() {
        let documents = Documents::default();
        for _ in 0..2 {
            assert_eq!(operations(&documents.parse("query A { a } query B { b }").unwrap()), 2);
            assert!(documents.parse("{ a").is_err());
        }
        let long = format!("{{ a {} }}", " ".repeat(MAX_LENGTH));
        assert!(documents.parse(&long).is_ok());
        assert_eq!(documents.0.lock().unwrap().len(), 1);
    }
}
