//! The address of a service: `http://user:password@host:port/path` as its parts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri, uri::PathAndQuery};
use percent_encoding::percent_decode_str;

/// The address is not an absolute `http` or `https` URL. Credentials in it are not shown.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an http:// or https:// address (special characters of user and password are percent-encoded)")]
pub struct InvalidOrigin(String);

/// The parts of an address.
pub(super) struct Address {
    /// Scheme, host and port, without credentials.
    pub origin: Uri,
    /// The value of the `Host` header.
    pub host: HeaderValue,
    /// The address's credentials as an `Authorization` header (RFC 7617).
    pub authorization: Option<HeaderValue>,
}

impl Address {
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(redacted(text.trim()));
        if is_ambiguous(text.trim()) {
            return Err(invalid());
        }
        let uri: Uri = text.trim().parse().map_err(|_| invalid())?;
        let authority = uri.authority().ok_or_else(invalid)?.as_str();
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(invalid)?;
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        if !has_valid_port(host) {
            return Err(invalid());
        }
        let origin = Uri::builder().scheme(scheme).authority(host).path_and_query(PathAndQuery::from_static("/"));
        Ok(Self {
            origin: origin.build().map_err(|_| invalid())?,
            host: HeaderValue::from_str(host).map_err(|_| invalid())?,
            authorization: credentials.map(basic),
        })
    }
}

/// The `Authorization` header of percent-encoded `user:password` (RFC 3986, section 3.2.1; RFC 7617).
fn basic(credentials: &str) -> HeaderValue {
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let mut pair: Vec<u8> = percent_decode_str(user).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .expect("base64 is a subset of a header's characters");
    value.set_sensitive(true);
    value
}

/// An address as logs and errors may show it: without credentials and parameters, even where it is no valid address.
pub fn redacted(address: &str) -> String {
    let start = start(address);
    let rest = &address[start..];
    // What stands before an @ could be a name and a password wherever a colon is in it, whatever else is.
    let credentials = match rest.rfind('@') {
        Some(at) if at < authority(rest).len() || rest[..at].contains(':') => at + 1,
        _ => 0,
    };
    let shown = &rest[credentials..];
    let (shown, parameters) = shown.split_once('?').map_or((shown, ""), |(shown, _)| (shown, "?***"));
    let hidden = if credentials > 0 { "***@" } else { "" };
    format!("{}{hidden}{shown}{parameters}", &address[..start])
}

/// Where the part behind `://` begins.
fn start(address: &str) -> usize {
    address.find("://").map_or(0, |at| at + 3)
}

fn authority(rest: &str) -> &str {
    &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
}

/// Whether an address can be read in two ways: in `http://user:12/3@host` the password could be a port, and its rest a path.
fn is_ambiguous(address: &str) -> bool {
    let rest = &address[start(address)..];
    let end = authority(rest).len();
    rest.rfind('@').is_some_and(|at| at > end && rest[..at].contains(':'))
}

/// Whether an authority has no port, or a number as one. (`http://user:p/w@host` has the authority `user:p`.)
fn has_valid_port(authority: &str) -> bool {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = host.rsplit_once(']').map_or(host, |(_, rest)| rest).rsplit_once(':');
    port.is_none_or(|(_, port)| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorization(address: &str) -> Option<String> {
        let value = Address::parse(address).unwrap().authorization?;
        assert!(value.is_sensitive());
        let encoded = value.to_str().unwrap().strip_prefix("Basic ").unwrap().to_owned();
        Some(String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap())
    }

    #[test]
    fn credentials_are_decoded_and_no_part_of_the_host() {
        assert_eq!(authorization("http://host/graphql"), None);
        assert_eq!(authorization("http://user:password@host/graphql").as_deref(), Some("user:password"));
        assert_eq!(authorization("https://us%40er:p%3Ass%25@host:8443").as_deref(), Some("us@er:p:ss%"));
        assert_eq!(authorization("http://user@host").as_deref(), Some("user:"));
        assert_eq!(authorization("http://user:a:b@host").as_deref(), Some("user:a:b"));
        let address = Address::parse(" http://user:password@[::1]:81/graphql ").unwrap();
        assert_eq!(
            (address.host.to_str().unwrap(), address.origin.to_string().as_str()),
            ("[::1]:81", "http://[::1]:81/")
        );
    }

    #[test]
    fn what_is_no_address_is_told_without_its_credentials() {
        for bad in [
            "users",
            "ftp://user:secret@host",
            "http://user:sec#ret@host",
            "http://user:12#ret@host",
            "http://user:12/ret@host",
            "user:secret@host",
            "http://",
        ] {
            let Err(error) = Address::parse(bad) else { panic!("{bad} was taken") };
            assert!(!error.to_string().contains("ret"), "{error}");
        }
    }

    #[test]
    fn credentials_are_redacted_wherever_they_stand() {
        for (address, shown) in [
            ("http://host/a@b", "http://host/a@b"),
            ("http://user:pw@host:81/a", "http://***@host:81/a"),
            ("http://user:pw@host:81/a@b", "http://***@b"),
            ("http://user:p/w@host", "http://***@host"),
            ("http://user:12/w@host", "http://***@host"),
            ("http://user:12#w@host", "http://***@host"),
            ("http://user:12?w@host", "http://***@host"),
            ("http://host/a?key=secret", "http://host/a?***"),
            ("user:pw@host", "***@host"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(redacted(address), shown);
        }
    }
}
