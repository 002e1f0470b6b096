//! Conditional requests and ranges (RFC 9110, sections 13 and 14), for a resource that has an entity tag and no date.

use std::ops::Range;

use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE},
};

/// How a request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// 200 with all bytes.
    Whole,
    /// 206 with these bytes.
    Part(Range<u64>),
    /// 304: the client has it already.
    NotModified,
    /// 412: it is not what the client means.
    PreconditionFailed,
    /// 416: no byte is in the range.
    Unsatisfiable,
}

/// Decides in the order of section 13.2.2. Conditions with dates are ignored, because the resource has none; so are
/// several ranges, which a server may (section 14.2), and ranges of any method but GET, which it must.
pub fn decide(method: &Method, headers: &HeaderMap, etag: &HeaderValue, length: u64) -> Decision {
    if matches(headers, &IF_MATCH, etag, Comparison::Strong) == Some(false) {
        return Decision::PreconditionFailed;
    }
    if matches(headers, &IF_NONE_MATCH, etag, Comparison::Weak) == Some(true) {
        return Decision::NotModified;
    }
    // A date in If-Range is of no use here; with it, as with another tag, the whole is sent.
    let may_be_part = headers.get(IF_RANGE).is_none_or(|condition| condition == etag);
    let range = (method == Method::GET && may_be_part).then(|| single(headers, length)).flatten();
    match range {
        None => Decision::Whole,
        Some(range) if range.is_empty() => Decision::Unsatisfiable,
        Some(range) => Decision::Part(range),
    }
}

/// How two entity tags are compared (section 8.8.3.2).
#[derive(Clone, Copy, PartialEq)]
enum Comparison {
    /// A weak tag equals nothing.
    Strong,
    /// Weak or not does not matter.
    Weak,
}

/// Whether `etag` is in the list of a condition; `None` without the header.
fn matches(headers: &HeaderMap, name: &HeaderName, etag: &HeaderValue, comparison: Comparison) -> Option<bool> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let own = etag.as_bytes();
    // An entity tag of ours has neither a comma nor a quote in it, so that a list can be cut at commas.
    let mut tags = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    Some(tags.any(|tag| {
        let tag = if comparison == Comparison::Weak { tag.strip_prefix(b"W/").unwrap_or(tag) } else { tag };
        tag == own || tag == b"*"
    }))
}

/// The bytes that are asked for, if it is one well-formed range; empty if there are none in it.
fn single(headers: &HeaderMap, length: u64) -> Option<Range<u64>> {
    let mut values = headers.get_all(RANGE).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (unit, range) = value.to_str().ok()?.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = (Bound::parse(first)?, Bound::parse(last)?);
    match (first, last) {
        (Bound::Open, Bound::At(suffix)) => Some(length.saturating_sub(suffix)..length),
        (Bound::At(first), Bound::Open) => Some(first.min(length)..length),
        (Bound::At(first), Bound::At(last)) if first <= last => {
            Some(first.min(length)..last.saturating_add(1).min(length))
        }
        _ => None,
    }
}

/// One side of a range.
enum Bound {
    /// Nothing was written.
    Open,
    /// A position, or of a suffix its length.
    At(u64),
}

impl Bound {
    /// `None` where it is no number. One of more digits than fit is as good as the largest.
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Open);
        }
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| Self::At(text.parse().unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: HeaderValue = HeaderValue::from_static("\"abc\"");

    fn decide_for(headers: &[(HeaderName, &str)]) -> Decision {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        decide(&Method::GET, &headers, &ETAG, 10)
    }

    #[test]
    fn a_single_range_is_served_and_any_other_ignored() {
        for (range, decision) in [
            ("bytes=0-3", Decision::Part(0..4)),
            ("Bytes=9-", Decision::Part(9..10)),
            ("bytes=-4", Decision::Part(6..10)),
            ("bytes=-99", Decision::Part(0..10)),
            ("bytes=5-99999999999999999999999", Decision::Part(5..10)),
            ("bytes=0-0", Decision::Part(0..1)),
            ("bytes=10-", Decision::Unsatisfiable),
            ("bytes=99-100", Decision::Unsatisfiable),
            ("bytes=-0", Decision::Unsatisfiable),
            ("bytes=3-2", Decision::Whole),
            ("bytes=0-1,4-5", Decision::Whole),
            ("bytes=-", Decision::Whole),
            ("bytes=a-b", Decision::Whole),
            ("bytes=+1-2", Decision::Whole),
            ("items=0-1", Decision::Whole),
            ("bytes", Decision::Whole),
        ] {
            assert_eq!(decide_for(&[(RANGE, range)]), decision, "{range}");
        }
        let headers = [(RANGE, HeaderValue::from_static("bytes=0-3"))].into_iter().collect();
        assert_eq!(decide(&Method::HEAD, &headers, &ETAG, 10), Decision::Whole);
        assert_eq!(decide(&Method::GET, &headers, &ETAG, 0), Decision::Unsatisfiable);
    }

    #[test]
    fn conditions_go_by_the_entity_tag() {
        for (name, value, decision) in [
            (IF_NONE_MATCH, "\"abc\"", Decision::NotModified),
            (IF_NONE_MATCH, "W/\"abc\"", Decision::NotModified),
            (IF_NONE_MATCH, "\"x\", \"abc\"", Decision::NotModified),
            (IF_NONE_MATCH, "*", Decision::NotModified),
            (IF_NONE_MATCH, "\"x\"", Decision::Whole),
            (IF_NONE_MATCH, "abc", Decision::Whole),
            (IF_MATCH, "\"abc\"", Decision::Whole),
            (IF_MATCH, "*", Decision::Whole),
            (IF_MATCH, "\"x\",\"abc\"", Decision::Whole),
            (IF_MATCH, "W/\"abc\"", Decision::PreconditionFailed),
            (IF_MATCH, "\"x\"", Decision::PreconditionFailed),
        ] {
            assert_eq!(decide_for(&[(name.clone(), value)]), decision, "{name}: {value}");
        }
        assert_eq!(decide_for(&[(IF_MATCH, "\"x\""), (IF_NONE_MATCH, "*")]), Decision::PreconditionFailed);
        assert_eq!(decide_for(&[(IF_NONE_MATCH, "\"abc\""), (RANGE, "bytes=0-1")]), Decision::NotModified);
    }

    #[test]
    fn a_part_is_of_the_representation_that_the_client_knows() {
        let range = (RANGE, "bytes=0-1");
        assert_eq!(decide_for(&[range.clone(), (IF_RANGE, "\"abc\"")]), Decision::Part(0..2));
        for other in ["\"x\"", "W/\"abc\"", "Tue, 01 Dec 2026 00:00:00 GMT"] {
            assert_eq!(decide_for(&[range.clone(), (IF_RANGE, other)]), Decision::Whole, "{other}");
        }
    }
}
