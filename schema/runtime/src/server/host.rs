//! The `Host` of a request (RFC 9112, section 3.2).

use http::{HeaderMap, HeaderValue, Version, header::HOST};

/// Whether a server must refuse the request with 400: it has two `Host` fields, an invalid one, or, as a request of
/// HTTP/1.1, none. Proxies and servers that disagree on whom a request is for can be played against each other.
pub(super) fn is_wrong(version: Version, headers: &HeaderMap) -> bool {
    if version > Version::HTTP_11 {
        return false;
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version == Version::HTTP_11,
        (Some(host), None) => !is_host(host),
        (Some(_), Some(_)) => true,
    }
}

/// Whether a value has only characters of `uri-host [ ":" port ]`, which may be empty.
fn is_host(value: &HeaderValue) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte);
    value.as_bytes().iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(version: Version, hosts: &[&'static str]) -> bool {
        let headers = hosts.iter().map(|host| (HOST, HeaderValue::from_static(host)));
        let mut all = HeaderMap::new();
        headers.for_each(|(name, value)| _ = all.append(name, value));
        is_wrong(version, &all)
    }

    #[test]
    fn one_host_is_right() {
        for host in ["localhost", "shop.example:4000", "[::1]:4000", "127.0.0.1", "", "a_b"] {
            assert!(!wrong(Version::HTTP_11, &[host]), "{host}");
        }
        for host in ["a b", "user@shop.example", "shop.example/path", "a\"b"] {
            assert!(wrong(Version::HTTP_11, &[host]), "{host}");
        }
        assert!(wrong(Version::HTTP_11, &[]) && wrong(Version::HTTP_11, &["a", "a"]));
        assert!(!wrong(Version::HTTP_10, &[]) && wrong(Version::HTTP_10, &["a", "b"]));
        assert!(!wrong(Version::HTTP_2, &[]));
    }
}
