//! The headers of what a reverse proxy passes on: nothing about the connection that ends here, nothing internal, and
//! nothing about the client that nobody trustworthy said.

use std::net::IpAddr;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONNECTION, CONTENT_LENGTH, FORWARDED, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
    request::Parts,
};
use schema::{
    Caller,
    service::{ADDRESS_HEADER, INTERNAL_PREFIX, ORIGIN_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER},
};

use super::Proxy;
use crate::auth::{RequestId, TrustedProxies};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What of a client's headers travels on, and where the request came from.
pub(super) fn of_request(head: Parts, peer: Option<IpAddr>, proxies: &TrustedProxies) -> HeaderMap {
    let host = head.headers.get(HOST).cloned();
    let host = host.or_else(|| HeaderValue::from_str(head.uri.authority()?.as_str()).ok());
    let mut headers = keep(head.headers, |name| {
        !name.as_str().starts_with(INTERNAL_PREFIX) && name != HOST && name != CONTENT_LENGTH
    });
    forward(&mut headers, host, peer.map(|peer| peer.to_canonical()), proxies);
    headers
}

/// What of a service's headers travels back.
pub(super) fn of_response(headers: HeaderMap) -> HeaderMap {
    keep(headers, |name| !name.as_str().starts_with(INTERNAL_PREFIX))
}

/// Says from where the request came (`X-Forwarded-*`). What it says itself counts only if a trusted proxy sent it; then
/// that proxy's own address is added.
fn forward(headers: &mut HeaderMap, host: Option<HeaderValue>, peer: Option<IpAddr>, proxies: &TrustedProxies) {
    if !peer.is_some_and(|peer| proxies.trusts(peer)) {
        let said = |name: &&HeaderName| {
            **name == FORWARDED || name.as_str() == "x-real-ip" || name.as_str().starts_with("x-forwarded-")
        };
        let forged: Vec<HeaderName> = headers.keys().filter(said).cloned().collect();
        for name in forged {
            headers.remove(name);
        }
    }
    if let Some(peer) = peer {
        let before = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let chain: Vec<String> = before.map(str::to_owned).chain([peer.to_string()]).collect();
        if let Ok(chain) = HeaderValue::from_str(&chain.join(", ")) {
            headers.insert(FORWARDED_FOR, chain);
        }
    }
    // The router itself listens without TLS.
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
    if let Some(host) = host {
        headers.entry(FORWARDED_HOST).or_insert(host);
    }
}

/// Says who passes the request on, for whom, and under which id.
pub(super) fn introduce(headers: &mut HeaderMap, proxy: &Proxy, caller: &Caller, id: &RequestId) {
    headers.insert(REQUEST_ID_HEADER, id.header());
    let Some((signer, audience)) = &proxy.signer else { return };
    if let Ok(token) = HeaderValue::from_str(&signer.token(audience)) {
        headers.insert(SERVICE_HEADER, token);
    }
    if let Some(address) = caller.address.and_then(|client| HeaderValue::from_str(&client.to_string()).ok()) {
        headers.insert(ADDRESS_HEADER, address);
    }
    if let Some(origin) = caller.origin.as_ref().and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(ORIGIN_HEADER, origin);
    }
}

fn keep(mut headers: HeaderMap, wanted: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let named_by_connection: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let hop = [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, HeaderName::from_static("keep-alive")];
    let dropped: Vec<HeaderName> = headers
        .keys()
        .filter(|name| {
            let of_the_hop = hop.contains(name) || named_by_connection.contains(name);
            of_the_hop || name.as_str().starts_with("proxy-") || !wanted(name)
        })
        .cloned()
        .collect();
    for name in dropped {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&str, &str)], peer: Option<&str>) -> HeaderMap {
        let mut request = http::Request::get("/files/a");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]);
        of_request(head, peer.map(|peer| peer.parse().unwrap()), &proxies)
    }

    #[test]
    fn internal_and_hop_headers_stay_behind() {
        let kept = sent(
            &[
                ("rialto-service", "forged"),
                ("rialto-client-address", "203.0.113.9"),
                ("connection", "close, x-private"),
                ("x-private", "1"),
                ("proxy-authorization", "Basic eDp5"),
                ("transfer-encoding", "chunked"),
                ("host", "shop.example"),
                ("authorization", "Bearer x"),
                ("range", "bytes=0-1"),
            ],
            None,
        );
        let mut names: Vec<_> = kept.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["authorization", "range", "x-forwarded-host", "x-forwarded-proto"]);
    }

    #[test]
    fn nobody_says_where_a_request_came_from_but_trusted_proxies() {
        let said = [
            ("host", "shop.example"),
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "other.example"),
            ("x-forwarded-port", "443"),
            ("x-real-ip", "203.0.113.9"),
            ("forwarded", "for=203.0.113.9"),
        ];
        let told = |peer| {
            let headers = sent(&said, peer);
            ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-real-ip", "forwarded"]
                .map(|name| headers.get(name).map_or(String::new(), |value| value.to_str().unwrap().to_owned()))
        };
        for (peer, address) in [(Some("192.0.2.1"), "192.0.2.1"), (None, "")] {
            assert_eq!(told(peer), [address, "http", "shop.example", "", "", ""]);
        }
        let trusted = ["203.0.113.9, 10.0.0.7", "https", "other.example", "443", "203.0.113.9", "for=203.0.113.9"];
        assert_eq!(told(Some("::ffff:10.0.0.7")), trusted);
        let first = sent(&[("host", "shop.example")], Some("10.0.0.7"));
        assert_eq!(
            (&first["x-forwarded-for"], &first["x-forwarded-host"]),
            (&"10.0.0.7".parse().unwrap(), &"shop.example".parse().unwrap())
        );
    }
}
