//! Cookies: to which subgraph each belongs, and what one request brings along and takes home.
//!
//! A cookie belongs to one subgraph. No other is shown it or may set it, and what a subgraph sets beside its own cookies stays
//! here. Which requests may have cookies at all is the door's business: see [`crate::http`].

use std::{
    collections::BTreeMap,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, ORIGIN, SET_COOKIE},
};

/// A cookie, and the subgraph that it belongs to: `NAME=SUBGRAPH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieOwner {
    /// The cookie's name.
    pub cookie: String,
    /// The name of the subgraph in the supergraph.
    pub subgraph: String,
}

/// Not a cookie and its subgraph.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not NAME=SUBGRAPH, where NAME is the name of a cookie")]
pub struct InvalidCookieOwner(String);

impl FromStr for CookieOwner {
    type Err = InvalidCookieOwner;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (cookie, subgraph) = text.split_once('=').unwrap_or_default();
        let (cookie, subgraph) = (cookie.trim(), subgraph.trim());
        // A token (RFC 6265, section 4.1.1).
        let is_name = |c: char| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c);
        if cookie.is_empty() || !cookie.chars().all(is_name) || subgraph.is_empty() {
            return Err(InvalidCookieOwner(text.to_owned()));
        }
        Ok(Self { cookie: cookie.to_owned(), subgraph: subgraph.to_owned() })
    }
}

/// The cookies of one request, which comes from a page that may have them. Clones are of the same request.
#[derive(Clone)]
pub struct Cookies(Arc<Inner>);

struct Inner {
    origin: HeaderValue,
    /// What came along, by the subgraph that it belongs to; nothing for those whose cookies the browser does not have.
    brought: BTreeMap<String, Vec<u8>>,
    owners: Vec<CookieOwner>,
    /// What is set, by the cookie's name: the last word counts.
    set: Mutex<BTreeMap<String, HeaderValue>>,
}

impl Cookies {
    /// Those of `owners` that stand in `headers`, whose sender is a page of `origin`.
    pub fn of(headers: &HeaderMap, origin: &HeaderValue, owners: &[CookieOwner]) -> Self {
        let mut brought: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for CookieOwner { cookie, subgraph } in owners {
            let text = brought.entry(subgraph.clone()).or_default();
            let Some(value) = only(headers, cookie.as_bytes()) else { continue };
            if !text.is_empty() {
                text.extend_from_slice(b"; ");
            }
            text.extend_from_slice(cookie.as_bytes());
            text.push(b'=');
            text.extend_from_slice(value);
        }
        let (origin, owners, set) = (origin.clone(), owners.to_vec(), Mutex::default());
        Self(Arc::new(Inner { origin, brought, owners, set }))
    }

    /// Whether any cookie belongs to `subgraph`, so that no two requests to it are equal.
    pub fn concern(&self, subgraph: &str) -> bool {
        self.0.brought.contains_key(subgraph)
    }

    /// Shows `subgraph` its cookies, and by the page's `Origin` that there is a browser which keeps what is set.
    pub fn show(&self, subgraph: &str, headers: &mut HeaderMap) {
        let Some(text) = self.0.brought.get(subgraph) else { return };
        headers.insert(ORIGIN, self.0.origin.clone());
        if let Ok(value) = HeaderValue::from_bytes(text)
            && !text.is_empty()
        {
            headers.insert(COOKIE, value);
        }
    }

    /// Notes down which of its own cookies `subgraph` sets in its answer.
    pub fn note(&self, subgraph: &str, headers: &HeaderMap) {
        for value in headers.get_all(SET_COOKIE) {
            let name = name(value.as_bytes());
            let is_own = |owner: &&CookieOwner| owner.subgraph == subgraph && owner.cookie.as_bytes() == name;
            if let Some(owner) = self.0.owners.iter().find(is_own) {
                let mut set = self.0.set.lock().unwrap_or_else(PoisonError::into_inner);
                set.insert(owner.cookie.clone(), value.clone());
            } else {
                tracing::debug!(subgraph, "a cookie that is not the subgraph's was not set");
            }
        }
    }

    /// Writes what was set into the headers of the response.
    pub fn write(&self, headers: &mut HeaderMap) {
        for value in self.0.set.lock().unwrap_or_else(PoisonError::into_inner).values() {
            headers.append(SET_COOKIE, value.clone());
        }
    }
}

/// Takes the cookies of `owners` out of a request that goes on to somebody whose they are not known to be.
pub fn withhold(headers: &mut HeaderMap, owners: &[CookieOwner]) {
    if owners.is_empty() || !headers.contains_key(COOKIE) {
        return;
    }
    let pairs = headers.get_all(COOKIE).into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let kept: Vec<&[u8]> = pairs.map(<[u8]>::trim_ascii).filter(|pair| !is_owned(pair, owners)).collect();
    let kept = HeaderValue::from_bytes(&kept.join(&b"; "[..]));
    headers.remove(COOKIE);
    if let Ok(kept) = kept
        && !kept.is_empty()
    {
        headers.insert(COOKIE, kept);
    }
}

/// Takes out of somebody's answer what it sets of the cookies of `owners`.
pub fn refuse(headers: &mut HeaderMap, owners: &[CookieOwner]) {
    if owners.is_empty() {
        return;
    }
    let set: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in set.into_iter().filter(|value| !is_owned(value.as_bytes(), owners)) {
        headers.append(SET_COOKIE, value);
    }
}

fn is_owned(cookie: &[u8], owners: &[CookieOwner]) -> bool {
    owners.iter().any(|owner| owner.cookie.as_bytes() == name(cookie))
}

/// The name of a cookie as it is sent or set.
fn name(cookie: &[u8]) -> &[u8] {
    cookie.split(|byte| matches!(byte, b'=' | b';')).next().unwrap_or_default().trim_ascii()
}

/// The value of the one cookie with this name. Where there are two, a page of a sibling domain may have put one there, and
/// nothing tells which: none counts.
fn only<'h>(headers: &'h HeaderMap, name: &[u8]) -> Option<&'h [u8]> {
    let pairs = headers.get_all(COOKIE).into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        (pair[..at].trim_ascii() == name).then(|| pair[at + 1..].trim_ascii())
    });
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners() -> Vec<CookieOwner> {
        ["one=a", "two=a", "three=b"].map(|text| text.parse().unwrap()).to_vec()
    }

    fn shown(cookies: &[&str], subgraph: &str) -> Option<(String, String)> {
        let sent = cookies.iter().map(|text| (COOKIE, HeaderValue::from_str(text).unwrap())).collect();
        let mut headers = HeaderMap::new();
        Cookies::of(&sent, &HeaderValue::from_static("https://shop.example"), &owners()).show(subgraph, &mut headers);
        let text = |name| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        headers.contains_key(ORIGIN).then(|| (text(ORIGIN), text(COOKIE)))
    }

    #[test]
    fn a_subgraph_is_shown_its_own_cookies_and_no_others() {
        let sent = &["three=3; one=1;other=x; two = \"2=2\""];
        let shop = "https://shop.example".to_owned();
        assert_eq!(shown(sent, "a"), Some((shop.clone(), "one=1; two=\"2=2\"".to_owned())));
        assert_eq!(shown(sent, "b"), Some((shop.clone(), "three=3".to_owned())));
        assert_eq!(shown(sent, "c"), None);
        assert_eq!(shown(&[], "a"), Some((shop.clone(), String::new())), "a page that has none yet may be given one");
        assert_eq!(shown(&["one=1", "two=2"], "a"), Some((shop, "one=1; two=2".to_owned())));
    }

    #[test]
    fn of_two_cookies_with_one_name_none_counts() {
        for sent in [&["one=1; one=2; two=2"][..], &["one=1", "one=1; two=2"]] {
            assert_eq!(shown(sent, "a").unwrap().1, "two=2");
        }
    }

    #[test]
    fn a_subgraph_sets_its_own_cookies_and_the_last_word_counts() {
        let origin = HeaderValue::from_static("https://shop.example");
        let cookies = Cookies::of(&HeaderMap::new(), &origin, &owners());
        let said = |texts: &[&str]| {
            texts.iter().map(|text| (SET_COOKIE, HeaderValue::from_str(text).unwrap())).collect::<HeaderMap>()
        };
        cookies.note("a", &said(&["one=1; Secure", "three=stolen", "other=x", "two"]));
        cookies.clone().note("a", &said(&["one=; Max-Age=0"]));
        cookies.note("c", &said(&["one=stolen"]));
        let mut headers = HeaderMap::new();
        cookies.write(&mut headers);
        let set: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(set, ["one=; Max-Age=0", "two"]);
    }

    #[test]
    fn whose_they_are_not_is_neither_shown_them_nor_may_set_them() {
        let with = |header: &http::HeaderName, texts: &[&str]| {
            texts.iter().map(|text| (header.clone(), HeaderValue::from_str(text).unwrap())).collect::<HeaderMap>()
        };
        let texts = |headers: &HeaderMap, header| {
            headers.get_all(header).iter().map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for (sent, kept) in [
            (&["one=1; other=x;two=2", "theme=dark"][..], &["other=x; theme=dark"][..]),
            (&["one=1"], &[]),
            (&["oneself=1"], &["oneself=1"]),
        ] {
            let mut headers = with(&COOKIE, sent);
            withhold(&mut headers, &owners());
            assert_eq!(texts(&headers, COOKIE), kept);
        }
        let mut headers = with(&SET_COOKIE, &["one=stolen; Path=/", "other=1; Secure", "two"]);
        refuse(&mut headers, &owners());
        assert_eq!(texts(&headers, SET_COOKIE), ["other=1; Secure"]);
    }

    #[test]
    fn owners_are_read_strictly() {
        let owner = CookieOwner { cookie: "my_cookie".into(), subgraph: "users".into() };
        assert_eq!(" my_cookie = users ".parse::<CookieOwner>().unwrap(), owner);
        for bad in ["", "users", "=users", "cookie=", "a b=users", "a;b=users", "a,b=users", "caf\u{e9}=users"] {
            assert!(bad.parse::<CookieOwner>().is_err(), "{bad}");
        }
    }
}
