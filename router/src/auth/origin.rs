//! Where a client found the router, so that a subgraph can give it addresses that lead back.
//!
//! `Host` may say anything, and so it is of use for the answer to this one request only: nothing that several requests share
//! may depend on it unless they have the same origin.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, header::HOST, uri::Authority};

use super::TrustedProxies;

/// The longest name and port: 253 characters (RFC 1035) and a port.
const LONGEST: usize = 259;

/// Scheme and authority of the address that the client of `peer` asked; `None` where that cannot be known: when a proxy that
/// is not trusted stands in between, or two speak at once.
pub fn of(headers: &HeaderMap, peer: Option<IpAddr>, proxies: &TrustedProxies) -> Option<Arc<str>> {
    let is_trusted = proxies.trusts(peer?.to_canonical());
    let is_forwarded = headers.keys().any(|name| name == "forwarded" || name.as_str().starts_with("x-forwarded-"));
    if is_forwarded && !is_trusted {
        return None;
    }
    let host = single(headers, "x-forwarded-host").unwrap_or_else(|| single(headers, HOST.as_str()).flatten())?;
    // The router itself listens without TLS.
    let scheme = single(headers, "x-forwarded-proto").unwrap_or(Some("http"))?;
    let is_known = scheme == "http" || scheme == "https";
    let is_authority = host.len() <= LONGEST && !host.contains('@') && host.parse::<Authority>().is_ok();
    (is_known && is_authority).then(|| format!("{scheme}://{host}").into())
}

/// The only value of a header: `None` without the header, `Some(None)` where it has several or none that is text.
#[expect(clippy::option_option, reason = "the outer one is \"absent\", the inner one is \"unusable\"")]
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    let text = first.to_str().ok().map(str::trim).filter(|text| !text.is_empty() && !text.contains(','));
    Some(text.filter(|_| values.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: Option<&str>, headers: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]);
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            sent.append(*name, value.parse().unwrap());
        }
        of(&sent, peer.map(|peer| peer.parse().unwrap()), &proxies).map_or(String::new(), |origin| origin.to_string())
    }

    #[test]
    fn without_a_proxy_it_is_the_host() {
        let client = Some("192.0.2.1");
        assert_eq!(origin(client, &[("host", "shop.example:4000")]), "http://shop.example:4000");
        assert_eq!(origin(client, &[("host", "[::1]:4000")]), "http://[::1]:4000");
        let long = "x".repeat(260);
        for host in ["", "user@shop.example", "shop.example/evil", "a b", &long] {
            assert_eq!(origin(client, &[("host", host)]), "", "{host}");
        }
        assert_eq!(origin(client, &[]), "");
        assert_eq!(origin(client, &[("host", "a"), ("host", "b")]), "");
        assert_eq!(origin(None, &[("host", "shop.example")]), "", "behind a server of somebody else's");
    }

    #[test]
    fn proxies_say_it_if_they_are_trusted() {
        let host = ("host", "router:4000");
        let said = [host, ("x-forwarded-host", "shop.example"), ("x-forwarded-proto", "https")];
        assert_eq!(origin(Some("::ffff:10.0.0.7"), &said), "https://shop.example");
        assert_eq!(origin(Some("10.0.0.7"), &said[..1]), "http://router:4000");
        assert_eq!(origin(Some("10.0.0.7"), &[host, said[2]]), "https://router:4000");
        for other in [("x-forwarded-proto", "ftp"), ("x-forwarded-host", "a, b"), ("x-forwarded-proto", "https, http")]
        {
            assert_eq!(origin(Some("10.0.0.7"), &[host, other]), "", "{other:?}");
        }
        for hint in [said[1], said[2], ("x-forwarded-for", "203.0.113.9"), ("forwarded", "proto=https")] {
            assert_eq!(origin(Some("192.0.2.1"), &[host, hint]), "", "{hint:?}");
        }
    }
}
