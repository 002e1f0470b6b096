//! The access log: one line for each request to `/graphql` and to a proxied path, of the target `rialto::request`.
//!
//! A line says what the client would say: its operation and its name, the status, whether it got all of its data, and the
//! codes of its errors. It is an error if the fault is ours, a warning if something behind the router did not do its
//! part, and informative otherwise: what clients do wrong is their business.

use std::{borrow::Cow, time::Duration};

use http::{HeaderMap, HeaderName, Method, StatusCode};

use super::refusal::Refusal;
use crate::{
    auth::RequestId,
    error::Codes,
    request::{Answer, Outcome},
};

/// The longest text of a client that is logged, in characters.
const LONGEST: usize = 64;

/// How clients name themselves, and their version, by Apollo's convention, which others' clients follow, or Hive's.
const CLIENT: [[&str; 2]; 2] =
    [["apollographql-client-name", "graphql-client-name"], ["apollographql-client-version", "graphql-client-version"]];

/// What came of a request.
#[derive(Debug)]
pub(super) struct Verdict {
    name: &'static str,
    codes: Codes,
}

impl Verdict {
    /// What came of a request that the engine answered.
    pub fn of(answer: &Answer) -> Self {
        let name = match answer.outcome {
            Outcome::Executed if answer.codes.is_empty() => "ok",
            Outcome::Executed if answer.has_data => "partial",
            Outcome::Executed | Outcome::TimedOut => "failed",
            Outcome::Refused | Outcome::MethodNotAllowed => "refused",
        };
        Self { name, codes: answer.codes.clone() }
    }

    /// What came of a request that was turned away at the door.
    pub fn refused(refusal: &Refusal) -> Self {
        Self { name: "refused", codes: Codes::of([refusal.code()]) }
    }

    /// What came of a request to a proxied path.
    pub fn proxied(status: StatusCode) -> Self {
        Self { name: if status.is_server_error() { "failed" } else { "ok" }, codes: Codes::default() }
    }
}

/// A request, as far as its line tells of it.
pub(super) struct Access<'r> {
    pub id: &'r RequestId,
    pub method: &'r Method,
    /// The path, or what a proxied one begins with: the rest may be a secret.
    pub path: &'r str,
    pub headers: &'r HeaderMap,
    pub operation: Option<Cow<'r, str>>,
    /// How many operations a batch has.
    pub batch: Option<usize>,
}

impl Access<'_> {
    /// Writes the line.
    pub fn log(&self, status: StatusCode, verdict: &Verdict, took: Duration) {
        // A level is a constant of its line.
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    target: "rialto::request",
                    request_id = &*self.id.0,
                    method = %self.method,
                    path = self.path,
                    operation = self.operation.as_deref().map(shortened).as_deref(),
                    batch = self.batch,
                    client = client(self.headers, &CLIENT[0]).as_deref(),
                    client_version = client(self.headers, &CLIENT[1]).as_deref(),
                    status = status.as_u16(),
                    outcome = %verdict.name,
                    codes = (!verdict.codes.is_empty()).then(|| verdict.codes.to_string()).as_deref(),
                    duration_ms = (took.as_secs_f64() * 10_000.0).round() / 10.0,
                    "request"
                )
            };
        }
        match verdict.codes.severity() {
            Severity::Ours => line!(error),
            Severity::Behind => line!(warn),
            Severity::Clients if verdict.name == "failed" => line!(warn),
            Severity::Clients => line!(info),
        }
    }
}

/// The headers of a request by which its client names itself, for when the others are gone.
pub(super) fn named(headers: &HeaderMap) -> HeaderMap {
    let known = CLIENT.iter().flatten().filter_map(|name| Some((HeaderName::from_static(name), headers.get(*name)?)));
    known.map(|(name, value)| (name, value.clone())).collect()
}

/// What a client calls itself, if it does.
fn client(headers: &HeaderMap, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| headers.get(*name))?;
    Some(shortened(&String::from_utf8_lossy(value.as_bytes())).into_owned())
}

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Whose fault an answer's errors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    /// The client's, or nobody's.
    Clients,
    /// Somebody's behind the router.
    Behind,
    /// The router's.
    Ours,
}

/// The codes of errors that clients cause.
const OF_CLIENTS: [&str; 13] = [
    "BAD_USER_INPUT",
    "COST_EXCEEDED",
    "ERRORS_UNLISTED",
    "FORBIDDEN",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "NOT_FOUND",
    "PAGE_TOO_DEEP",
    "PAYLOAD_TOO_LARGE",
    "PERSISTED_QUERY_NOT_FOUND",
    "PERSISTED_QUERY_NOT_SUPPORTED",
    "RATE_LIMITED",
    "UNAUTHENTICATED",
];

/// Whose fault an error with this code is. Of a code that is not known a subgraph made it, and something is missing.
fn severity(code: &str) -> Severity {
    match code {
        "INTERNAL" => Severity::Ours,
        code if OF_CLIENTS.contains(&code) => Severity::Clients,
        _ => Severity::Behind,
    }
}

impl Codes {
    /// The gravest of them.
    fn severity(&self) -> Severity {
        self.iter().map(severity).max().unwrap_or(Severity::Clients)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_gravest_code_counts() {
        for (codes, expected) in [
            (&[][..], Severity::Clients),
            (&["FORBIDDEN", "BAD_USER_INPUT"], Severity::Clients),
            (&["FORBIDDEN", "UNAVAILABLE"], Severity::Behind),
            (&["TIMEOUT"], Severity::Behind),
            (&["DOWNSTREAM_SERVICE_ERROR"], Severity::Behind),
            (&["UNAVAILABLE", "INTERNAL", "FORBIDDEN"], Severity::Ours),
        ] {
            assert_eq!(Codes::of(codes.iter().copied()).severity(), expected, "{codes:?}");
        }
    }

    #[test]
    fn a_client_is_known_by_what_it_calls_itself() {
        let named = |name: &'static str, value: &[u8]| {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_bytes(value).unwrap())]);
            client(&headers, &CLIENT[0])
        };
        assert_eq!(named("apollographql-client-name", b"web").as_deref(), Some("web"));
        assert_eq!(named("graphql-client-name", "caf\u{e9}".as_bytes()).as_deref(), Some("caf\u{e9}"));
        assert_eq!(named("user-agent", b"web"), None);
        let long = named("apollographql-client-name", &[b'x'; 500]).unwrap();
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}
