//! Which requests may have cookies.
//!
//! A browser shows a cookie whatever page makes it ask, so a cookie alone proves nothing. It counts only beside what no page of
//! somebody else's can send: JSON by `POST` (which the door insists on anyway) and an `Origin` that is the router's own or
//! listed. For everybody else it is as if there were no cookies: nothing of them is passed on, and none is set.

use http::{
    HeaderValue, Uri,
    header::{HOST, ORIGIN},
    request::Parts,
};

use super::{Door, Origin};
use crate::cookies::Cookies;

impl Door {
    /// The cookies of a request with a body of JSON, if its sender may have any.
    pub(super) fn cookies(&self, head: &Parts) -> Option<Cookies> {
        let owners = &self.settings.cookies;
        if owners.is_empty() {
            return None;
        }
        let mut origins = head.headers.get_all(ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else { return None };
        let may = self.is_listed(origin) || is_own(origin, head);
        may.then(|| Cookies::of(&head.headers, origin, owners))
    }

    /// Whether an operator has named the origin. Where every page of the web may call, none is named.
    fn is_listed(&self, origin: &HeaderValue) -> bool {
        let is_this = |listed: &Origin| matches!(listed, Origin::Exactly(listed) if listed == origin);
        let listed = &self.settings.cors_origins;
        (!listed.contains(&Origin::Any) && listed.iter().any(is_this))
            || self.settings.public_origin.as_ref().is_some_and(is_this)
    }
}

/// Whether a page comes from the host that its request was sent to. Not if it came without TLS over a network: anybody on the
/// way could have written it.
fn is_own(origin: &HeaderValue, head: &Parts) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()) else { return false };
    let (Some(scheme), Some(authority)) = (origin.scheme_str(), origin.authority()) else { return false };
    if origin.path() != "/" || !(scheme == "https" || is_loopback(authority.host())) {
        return false;
    }
    let asked = match head.headers.get(HOST) {
        Some(host) => host.to_str().unwrap_or_default(),
        None => head.uri.authority().map_or("", |authority| authority.as_str()),
    };
    let port = if scheme == "https" { ":443" } else { ":80" };
    let without_default = |authority: &str| authority.strip_suffix(port).unwrap_or(authority).to_ascii_lowercase();
    without_default(asked) == without_default(authority.as_str())
}

/// Whether a host is this machine, as browsers see it.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_name = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    is_name || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own_at(origin: &str, host: &str) -> bool {
        let (head, ()) = http::Request::post("/graphql").header(HOST, host).body(()).unwrap().into_parts();
        is_own(&HeaderValue::from_str(origin).unwrap(), &head)
    }

    #[test]
    fn a_page_is_the_routers_own_when_it_comes_from_the_same_host() {
        for (origin, host) in [
            ("https://shop.example", "shop.example"),
            ("https://shop.example", "Shop.Example:443"),
            ("https://shop.example:8443", "shop.example:8443"),
            ("http://localhost:4000", "localhost:4000"),
            ("http://shop.localhost", "shop.localhost:80"),
            ("http://127.0.0.1:4000", "127.0.0.1:4000"),
            ("http://[::1]:4000", "[::1]:4000"),
        ] {
            assert!(is_own_at(origin, host), "{origin} at {host}");
        }
        for (origin, host) in [
            ("https://evil.example", "shop.example"),
            ("https://www.shop.example", "shop.example"),
            ("https://shop.example:8443", "shop.example"),
            ("https://shop.example", "shop.example:80"),
            ("http://shop.example", "shop.example"),
            ("http://192.168.0.2:4000", "192.168.0.2:4000"),
            ("http://localhost.evil.example", "localhost.evil.example"),
            ("null", "shop.example"),
            ("shop.example", "shop.example"),
            ("https://shop.example/path", "shop.example"),
            ("https://shop.example@evil.example", "shop.example"),
            ("", ""),
        ] {
            assert!(!is_own_at(origin, host), "{origin} at {host}");
        }
    }
}
