//! The conditions of lists that all domains share: by an id, a text or a time.
//!
//! They are the same input types in every subgraph, because composition keeps of an input type only what all who define
//! it have in common. What is wrong with a condition is `BAD_USER_INPUT`, with its place below the field that it is of.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};

use crate::{
    Failure, Result,
    given::Given,
    id::{Id, Kind},
    text::filter_key,
    time::Timestamp,
};

/// How many values `in` may have.
pub const MAX_VALUES: usize = 100;

/// Conditions on an id. All that are given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct IdFilter {
    /// Exactly this one.
    pub eq: Option<ID>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    pub one_of: Option<Vec<ID>>,
}

/// Conditions on a text. All that are given must hold; none of them regards case. A text of more than 200 characters, or
/// with control characters, is `BAD_USER_INPUT`.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TextFilter {
    /// Exactly this one.
    pub eq: Option<String>,
    /// One of these, at most 100.
    #[graphql(name = "in")]
    pub one_of: Option<Vec<String>>,
    /// This is somewhere in it.
    pub contains: Option<String>,
}

/// Conditions on a time. All that are given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TimeFilter {
    /// At this time or later.
    pub gte: Option<Given<Timestamp>>,
    /// At this time or earlier.
    pub lte: Option<Given<Timestamp>>,
}

/// What a [`TextFilter`] means, in [keys](crate::text::key) of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextTest {
    /// Only what has one of these keys.
    pub one_of: Option<Vec<String>>,
    /// Only what has this somewhere in its key.
    pub contains: Option<String>,
}

/// What a [`TimeFilter`] means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// Only what was then or later.
    pub gte: Option<DateTime<Utc>>,
    /// Only what was then or earlier.
    pub lte: Option<DateTime<Utc>>,
}

impl IdFilter {
    /// The ids for which all conditions hold; `None` where there is no condition.
    ///
    /// # Errors
    ///
    /// `BAD_USER_INPUT` for an id that is none or of another kind, and for too many.
    pub fn ids<K: Kind>(self) -> Result<Option<Vec<Id<K>>>> {
        let parse = |id: &ID| Id::parse(id).map_err(|error| Failure::bad_input(error.to_string()));
        let eq = self.eq.as_ref().map(parse).transpose().map_err(|failure| failure.below("eq"))?;
        let one_of = self.one_of.map(|ids| each(&ids, parse)).transpose()?;
        Ok(both(eq, one_of))
    }
}

impl TextFilter {
    /// The conditions, in keys.
    ///
    /// # Errors
    ///
    /// `BAD_USER_INPUT` for a text that no stored one can contain, and for too many.
    pub fn test(self) -> Result<TextTest> {
        let key = |text: &String| filter_key(text);
        let eq = self.eq.as_ref().map(key).transpose().map_err(|failure| failure.below("eq"))?;
        let one_of = self.one_of.map(|texts| each(&texts, key)).transpose()?;
        let contains = self.contains.as_ref().map(key).transpose().map_err(|failure| failure.below("contains"))?;
        Ok(TextTest { one_of: both(eq, one_of), contains })
    }
}

impl TimeFilter {
    /// The times between which the conditions hold.
    ///
    /// # Errors
    ///
    /// `BAD_USER_INPUT` for a time that is none.
    pub fn range(self) -> Result<TimeRange> {
        let moment = |given: Option<Given<Timestamp>>, field| {
            let read = given.map(Given::read).transpose();
            read.map(|time| time.map(|time| time.0)).map_err(|error| Failure::bad_input(error.to_string()).at([field]))
        };
        Ok(TimeRange { gte: moment(self.gte, "gte")?, lte: moment(self.lte, "lte")? })
    }
}

/// Reads the values of an `in`.
///
/// # Errors
///
/// `BAD_USER_INPUT` for more than [`MAX_VALUES`], and what `read` says of one, each at its place.
pub fn each<T, U>(values: &[T], read: impl Fn(&T) -> Result<U>) -> Result<Vec<U>> {
    if values.len() > MAX_VALUES {
        return Err(Failure::bad_input(format!("A filter takes at most {MAX_VALUES} values.")).below("in"));
    }
    let at = |(index, value)| read(value).map_err(|failure| failure.below(index).below("in"));
    values.iter().enumerate().map(at).collect()
}

/// The values for which `eq` and `in` hold; `None` where there is neither.
pub fn both<T: PartialEq>(eq: Option<T>, one_of: Option<Vec<T>>) -> Option<Vec<T>> {
    match (eq, one_of) {
        (Some(value), Some(values)) if !values.contains(&value) => Some(Vec::new()),
        (Some(value), _) => Some(vec![value]),
        (None, values) => values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum CatKind {}
    impl Kind for CatKind {
        const PREFIX: &'static str = "cat";
    }

    const ONE: &str = "cat_00000000000000000000000000000001";
    const TWO: &str = "cat_00000000000000000000000000000002";

    fn ids(eq: Option<&str>, one_of: Option<&[&str]>) -> Result<Option<Vec<String>>> {
        let one_of = one_of.map(|ids| ids.iter().map(ID::from).collect());
        let ids = IdFilter { eq: eq.map(ID::from), one_of }.ids::<CatKind>()?;
        Ok(ids.map(|ids| ids.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn all_conditions_on_an_id_must_hold() {
        let list = |ids: &[&str]| Some(ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(ids(None, None).unwrap(), None);
        assert_eq!(ids(Some(ONE), None).unwrap(), list(&[ONE]));
        assert_eq!(ids(None, Some(&[ONE, TWO])).unwrap(), list(&[ONE, TWO]));
        assert_eq!(ids(Some(TWO), Some(&[ONE, TWO])).unwrap(), list(&[TWO]));
        assert_eq!(ids(Some(TWO), Some(&[ONE])).unwrap(), list(&[]));
        assert_eq!(ids(None, Some(&[])).unwrap(), list(&[]));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let refused = |failure: Failure| (failure.code().as_str(), failure.input_path().join("."));
        assert_eq!(refused(ids(Some("junk"), None).unwrap_err()), ("BAD_USER_INPUT", "eq".into()));
        assert_eq!(refused(ids(None, Some(&[ONE, "dog_1"])).unwrap_err()), ("BAD_USER_INPUT", "in.1".into()));
        assert_eq!(refused(ids(None, Some(&[ONE; 101])).unwrap_err()), ("BAD_USER_INPUT", "in".into()));
        let text = TextFilter { contains: Some("\0".into()), ..TextFilter::default() };
        assert_eq!(refused(text.test().unwrap_err()), ("BAD_USER_INPUT", "contains".into()));
        let texts = TextFilter { one_of: Some(vec!["a".into(), "x".repeat(201)]), ..TextFilter::default() };
        assert_eq!(refused(texts.test().unwrap_err()), ("BAD_USER_INPUT", "in.1".into()));
    }

    #[test]
    fn texts_are_compared_by_their_keys() {
        let text = |text: &str| Some(text.to_owned());
        let filter = TextFilter { eq: text(" CAFE\u{301} "), one_of: Some(vec!["Café".into()]), contains: text("AF") };
        assert_eq!(filter.test().unwrap(), TextTest { one_of: Some(vec!["café".into()]), contains: text("af") });
        assert_eq!(TextFilter::default().test().unwrap(), TextTest::default());
    }
}
