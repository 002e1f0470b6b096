//! Who is calling: headers and a socket in, a [`Caller`] out.
//!
//! The one judge of tokens is [`schema::token::Verifier`]; this module knows where a token stands in a request and
//! what a wrong one means. It refuses to guess: a token that is shown and not valid is an error, even where none
//! would have been needed, because its sender believes to be somebody.

mod address;
mod origin;
mod request_id;

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, header::AUTHORIZATION};
use runtime::log::Throttle;
use schema::{
    Caller, Viewer,
    token::{TokenError, Verifier},
};

pub use self::{
    address::{InvalidNetwork, Network, TrustedProxies},
    request_id::RequestId,
};

/// Turns what a request shows into who is calling.
#[derive(Clone, Default)]
pub struct Auth {
    /// Judges access tokens. Without one nobody is verified here: every viewer is anonymous, and the
    /// `Authorization` header is the subgraphs' own business.
    pub verifier: Option<Arc<Verifier>>,
    /// Proxies whose word about a client's address, and about the one that it asked, is taken.
    pub proxies: TrustedProxies,
    /// Root fields that may be asked for with an access token that was good once (expired, or its session has ended): where
    /// an operation asks for no others, such a token counts as none.
    pub open_fields: Vec<String>,
}

impl Auth {
    /// The caller behind `headers` that came from `peer`.
    pub async fn caller(
        &self,
        headers: &HeaderMap,
        peer: Option<IpAddr>,
        request_id: &RequestId,
    ) -> Result<Caller, TokenError> {
        let viewer = match &self.verifier {
            Some(verifier) => verifier.viewer(authorization(headers)?).await?,
            None => Viewer::Anonymous,
        };
        Ok(Caller { viewer, ..self.nobody(headers, peer, request_id) })
    }

    /// The caller behind `headers` as if they showed no token.
    pub fn nobody(&self, headers: &HeaderMap, peer: Option<IpAddr>, request_id: &RequestId) -> Caller {
        let address = peer.map(|peer| self.proxies.client(peer, headers));
        let origin = origin::of(headers, peer, &self.proxies);
        Caller { viewer: Viewer::Anonymous, service: None, address, origin, request_id: request_id.0.clone() }
    }
}

/// The one `Authorization` header. Two of them are an attempt to be two people.
fn authorization(headers: &HeaderMap) -> Result<Option<&str>, TokenError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        tell("two Authorization headers were refused");
        return Err(TokenError::Invalid);
    }
    let text = first.map(|value| value.to_str()).transpose();
    text.map_err(|_| {
        tell("an Authorization header that is no text was refused");
        TokenError::Invalid
    })
}

/// Says why somebody was refused, once per second.
fn tell(reason: &'static str) {
    static REFUSED: Throttle = Throttle::new();
    if let Some(held_back) = REFUSED.admit(reason) {
        tracing::info!(held_back, "{reason}");
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use schema::{
        RevokedSessions,
        keys::{KeyPair, KeySet},
        token::{AUDIENCE, Claims, ISSUER, sign},
    };
    use uuid::Uuid;

    use super::*;

    fn auth(pair: &KeyPair) -> Auth {
        let revoked = Arc::new(RevokedSessions::default());
        let verifier = Verifier::new(KeySet::fixed([pair]), ISSUER, AUDIENCE, revoked);
        Auth { verifier: Some(Arc::new(verifier)), ..Auth::default() }
    }

    fn token(pair: &KeyPair) -> HeaderValue {
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: Uuid::from_u128(1),
            sid: Uuid::from_u128(2),
            iat: now,
            exp: now + 60,
            roles: Vec::new(),
            scope: String::new(),
        };
        format!("Bearer {}", sign(&claims, pair).unwrap()).parse().unwrap()
    }

    #[tokio::test]
    async fn a_token_makes_a_viewer_and_no_token_makes_nobody() {
        let pair = KeyPair::generate();
        let (auth, id) = (auth(&pair), RequestId::new());
        let mut headers = HeaderMap::new();
        let peer = Some("192.0.2.1".parse().unwrap());
        let nobody = auth.caller(&headers, peer, &id).await.unwrap();
        assert_eq!(nobody.viewer, Viewer::Anonymous);
        headers.insert(AUTHORIZATION, token(&pair));
        let caller = auth.caller(&headers, peer, &id).await.unwrap();
        assert_eq!(caller.viewer.id(), Some(Uuid::from_u128(1)));
        assert_eq!((caller.address, caller.request_id), (peer, id.0.clone()));
        headers.insert(http::header::HOST, HeaderValue::from_static("shop.example"));
        let caller = auth.caller(&headers, peer, &id).await.unwrap();
        assert_eq!(caller.origin.as_deref(), Some("http://shop.example"));
    }

    #[tokio::test]
    async fn a_wrong_or_second_token_is_an_error() {
        let pair = KeyPair::generate();
        let (auth, id) = (auth(&pair), RequestId::new());
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, token(&KeyPair::generate()));
        assert_eq!(auth.caller(&headers, None, &id).await.unwrap_err(), TokenError::Invalid);
        headers.insert(AUTHORIZATION, token(&pair));
        headers.append(AUTHORIZATION, token(&pair));
        assert_eq!(auth.caller(&headers, None, &id).await.unwrap_err(), TokenError::Invalid);
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(b"Bearer \xff").unwrap());
        assert_eq!(auth.caller(&headers, None, &id).await.unwrap_err(), TokenError::Invalid);
    }
}
