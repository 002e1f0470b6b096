//! The paths of a reverse proxy: which may be passed on, and what the service behind them is asked for.

use std::borrow::Cow;

use http::Uri;
use percent_encoding::percent_decode;

use super::Proxy;
use crate::http::SERVICE_KEYS_PATH;

/// A prefix that no route can have.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no path to pass on: it begins with a slash, has no wildcard, and is none of the router's own")]
pub struct InvalidPrefix(String);

/// The path of an address behind a prefix that cannot be put before other paths.
#[derive(Debug, thiserror::Error)]
#[error("the address's path {0:?} cannot stand before the paths that are passed on: it has a query or dot segments")]
pub struct InvalidBase(String);

impl Proxy {
    /// The prefix as [`Self::prefix`] wants it.
    pub fn checked_prefix(text: &str) -> Result<String, InvalidPrefix> {
        let prefix = text.trim_end_matches('/');
        let own = ["/graphql", "/health", SERVICE_KEYS_PATH];
        let is_own = own.iter().any(|own| prefix == *own || prefix.starts_with(&format!("{own}/")));
        let is_path = prefix.len() > 1 && prefix.starts_with('/') && !prefix.contains("//");
        if is_own || !is_path || prefix.contains(['{', '}', '?', '#', '*', ' ']) || has_dot_segments(prefix) {
            return Err(InvalidPrefix(text.to_owned()));
        }
        Ok(prefix.to_owned())
    }

    /// The path of a service's address as [`Self::base`] wants it.
    pub fn checked_base(path: &str) -> Result<String, InvalidBase> {
        let base = path.trim_end_matches('/');
        let is_path = base.is_empty() || base.starts_with('/');
        if !is_path || base.contains(['?', '#']) || has_dot_segments(base) {
            return Err(InvalidBase(path.to_owned()));
        }
        Ok(base.to_owned())
    }

    /// What the service is asked for when a client asks for `uri`; `None` if that leads out of the prefix.
    pub(super) fn target(&self, uri: &Uri) -> Option<Uri> {
        if has_dot_segments(uri.path()) {
            return None;
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        format!("{}{path}", self.base).parse().ok()
    }
}

/// So often a path is decoded that was encoded more than once. Nobody encodes a name more often with good intent.
const DECODINGS: usize = 8;

/// Whether a service could find `.` or `..` as a segment of this path, which leads out of the prefix: plain or
/// percent-encoded (once or more often), behind a slash or backslash that may be encoded itself, or before parameters
/// as in `..;a=b`, which some servers cut off (RFC 3986, sections 3.3 and 5.2.4).
fn has_dot_segments(path: &str) -> bool {
    let mut path = Cow::Borrowed(path.as_bytes());
    for _ in 0..DECODINGS {
        if path.split(|byte| matches!(byte, b'/' | b'\\')).any(is_dots) {
            return true;
        }
        match Cow::from(percent_decode(&path)) {
            Cow::Borrowed(_) => return false,
            Cow::Owned(decoded) => path = Cow::Owned(decoded),
        }
    }
    true
}

fn is_dots(segment: &[u8]) -> bool {
    let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
    let is_noise = |byte: &u8| byte.is_ascii_control() || *byte == b' ';
    let start = name.iter().position(|byte| !is_noise(byte)).unwrap_or(name.len());
    let end = name.iter().rposition(|byte| !is_noise(byte)).map_or(start, |last| last + 1);
    matches!(&name[start..end], b"." | b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_others_are_passed_on() {
        assert_eq!(Proxy::checked_prefix("/files/").unwrap(), "/files");
        assert_eq!(Proxy::checked_prefix("/.well-known/jwks.json").unwrap(), "/.well-known/jwks.json");
        for bad in ["", "/", "files", "/graphql", "/health/live", "/a/{b}", "/a//b", "/a?b", "/a/../b", "/%2e%2e"] {
            assert!(Proxy::checked_prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_path_of_an_address_is_a_base() {
        for (path, base) in [("", ""), ("/", ""), ("/base", "/base"), ("/base/of/all/", "/base/of/all")] {
            assert_eq!(Proxy::checked_base(path).unwrap(), base);
        }
        for bad in ["/base?a=b", "?a", "/a/../b", "/./", "base"] {
            assert!(Proxy::checked_base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dot_segments_are_found_however_they_are_written() {
        for bad in [
            "/files/..",
            "/files/../graphql",
            "/files/./a",
            "/files/%2e%2e/admin",
            "/files/%2E%2e/admin",
            "/files/.%2e/admin",
            "/files/%2e./admin",
            "/files/%2e/admin",
            "/files/a%2f..%2fb",
            "/files/a%2F%2e%2E%2fb",
            "/files/a%5c..%5cb",
            "/files/..\\a",
            "/files/%252e%252e/a",
            "/files/%25252e%25252e/a",
            "/files/..;/a",
            "/files/%2e%2e%3Ba=b/a",
            "/files/..%00/a",
            "/files/..%20",
        ] {
            assert!(has_dot_segments(bad), "{bad}");
        }
        for good in [
            "/files/a",
            "/files/...",
            "/files/..a",
            "/files/a..",
            "/files/a.b",
            "/files/.hidden",
            "/files/%2ehidden",
            "/files/100%25",
            "/files/%zz",
            "/files//a",
            "/",
        ] {
            assert!(!has_dot_segments(good), "{good}");
        }
    }
}
