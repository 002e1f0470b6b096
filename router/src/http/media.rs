//! Media types: what a client sends, and what it wants back.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};

/// The two ways in which a GraphQL response travels; the statuses of refusals differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Media {
    /// `application/json`: a well-formed request is answered with 200, even when it was refused.
    #[default]
    Json,
    /// `application/graphql-response+json`: the status tells whether the operation ran.
    GraphqlResponse,
}

impl Media {
    /// The `Content-Type` of a response.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// What a client's `Accept` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A GraphQL response.
    Response(Media),
    /// A page for people. Only where `text/html` is named; `*/*` is a program's way to say "anything".
    Page,
}

/// How well a media type is accepted: its weight in thousandths, and how exactly it was named.
type Rank = (u16, u8);

/// The best of what `headers` accept; `None` when they accept nothing that can be made.
pub fn wanted(headers: &HeaderMap) -> Option<Wanted> {
    if !headers.contains_key(ACCEPT) {
        return Some(Wanted::Response(Media::Json));
    }
    let ranges: Vec<_> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(range)
        .collect();
    let json = rank(&ranges, "application", "json");
    let graphql = rank(&ranges, "application", "graphql-response+json");
    let page = rank(&ranges, "text", "html").filter(|(_, exactness)| *exactness == EXACT);
    let (best, rank) = if graphql > json { (Media::GraphqlResponse, graphql) } else { preferred_on_tie(graphql, json) };
    if page.is_some() && page >= rank {
        return Some(Wanted::Page);
    }
    rank.map(|_| Wanted::Response(best))
}

/// Who names both types means the newer one; who names neither gets what everybody understands.
fn preferred_on_tie(graphql: Option<Rank>, json: Option<Rank>) -> (Media, Option<Rank>) {
    match graphql {
        Some((_, EXACT)) if graphql == json => (Media::GraphqlResponse, graphql),
        _ => (Media::Json, json),
    }
}

const EXACT: u8 = 2;

/// `type/subtype;q=…` as its parts and its weight.
fn range(text: &str) -> Option<(&str, &str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let weight = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| weight(value.trim()))
    });
    Some((kind, subtype, weight.unwrap_or(1000)))
}

/// `0.5` as 500; what is no weight counts as 1.
fn weight(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let thousandths = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit.saturating_sub(b'0').min(9)));
    if whole == "0" { thousandths } else { 1000 }
}

/// The weight of the most exact range that covers `kind/subtype`, unless it is zero.
fn rank(ranges: &[(&str, &str, u16)], kind: &str, subtype: &str) -> Option<Rank> {
    let exactness = |range: &(&str, &str, u16)| {
        let same_kind = range.0.eq_ignore_ascii_case(kind);
        if same_kind && range.1.eq_ignore_ascii_case(subtype) {
            Some(EXACT)
        } else if same_kind && range.1 == "*" {
            Some(1)
        } else {
            (range.0 == "*" && range.1 == "*").then_some(0)
        }
    };
    let (exactness, weight) =
        ranges.iter().filter_map(|range| Some((exactness(range)?, range.2))).max_by_key(|(exactness, _)| *exactness)?;
    (weight > 0).then_some((weight, exactness))
}

/// Why a request's body cannot be read as JSON, or `None` when its headers promise that it can.
pub fn unreadable(headers: &HeaderMap) -> Option<&'static str> {
    const NEEDED: &str = "Send the request with Content-Type: application/json.";
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return Some(NEEDED) };
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json")) {
        return Some(NEEDED);
    }
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.eq_ignore_ascii_case("charset").then(|| value.trim_matches('"'))
    });
    let is_utf_8 = |charset: &str| charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8");
    charset.is_some_and(|charset| !is_utf_8(charset)).then_some("JSON travels as UTF-8.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Option<Wanted> {
        wanted(&HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]))
    }

    #[test]
    fn the_response_travels_as_the_client_asks() {
        let json = Some(Wanted::Response(Media::Json));
        let graphql = Some(Wanted::Response(Media::GraphqlResponse));
        assert_eq!(wanted(&HeaderMap::new()), json);
        for (value, expected) in [
            ("*/*", json),
            ("application/*", json),
            ("application/json", json),
            ("application/json; charset=utf-8", json),
            ("application/graphql-response+json", graphql),
            ("application/graphql-response+json, application/json;q=0.9", graphql),
            ("application/json, application/graphql-response+json", graphql),
            ("application/graphql-response+json;q=0.5, application/json", json),
            ("application/json;q=0, */*", graphql),
            ("application/json;q=0.2, */*;q=0.1", json),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Wanted::Page)),
            ("text/html;q=0.5, application/json", json),
            ("text/*, */*;q=0.1", json),
            ("image/png", None),
            ("*/*;q=0", None),
        ] {
            assert_eq!(accept(value), expected, "{value}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        let with = |value: &str| unreadable(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]));
        assert!(unreadable(&HeaderMap::new()).is_some());
        for good in ["application/json", "Application/JSON;charset=UTF-8", "application/json; charset=\"utf-8\""] {
            assert_eq!(with(good), None, "{good}");
        }
        for bad in ["text/plain", "application/json; charset=iso-8859-1", "application/jsonp", "multipart/form-data"] {
            assert!(with(bad).is_some(), "{bad}");
        }
    }
}
