//! The id that ties a response, its errors and every log line about it together.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use schema::service::REQUEST_ID_HEADER;

/// The id of one client request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// The longest id that is taken over from a client.
const MAX_LENGTH: usize = 64;

impl RequestId {
    /// A fresh id.
    #[expect(clippy::new_without_default, reason = "no two are equal, so none is the default")]
    pub fn new() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()).into())
    }

    /// The client's own id where it is harmless in a log line and a header, else a fresh one.
    pub fn of(headers: &HeaderMap) -> Self {
        let own = headers.get(REQUEST_ID_HEADER).and_then(|value| value.to_str().ok()).filter(|id| is_sane(id));
        own.map_or_else(Self::new, |id| Self(id.into()))
    }

    /// The id as a header's value.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("ids are plain ASCII")
    }
}

fn is_sane(id: &str) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID_HEADER, HeaderValue::from_static("checkout-17_a.b"));
        assert_eq!(&*RequestId::of(&headers).0, "checkout-17_a.b");
        for bad in ["", "a b", "x\"y", &"x".repeat(65), "a/b"] {
            headers.insert(REQUEST_ID_HEADER, HeaderValue::from_str(bad).unwrap());
            assert_ne!(&*RequestId::of(&headers).0, bad);
        }
    }
}
