//! Service tokens: how one process proves to another which process it is.
//!
//! Each calling process has an Ed25519 key of its own; the callee lists whom it trusts. A token lives for a
//! minute and names its audience, so that a callee cannot pass it on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::keys::{KeyPair, KeySet, KeysUnavailable, PublicKey};

/// The header that carries a service token. The router strips it, with everything else that begins with
/// [`INTERNAL_PREFIX`], from what clients send.
pub const SERVICE_HEADER: &str = "rialto-service";
/// The client's network address, believed only beside a valid service token.
pub const ADDRESS_HEADER: &str = "rialto-client-address";
/// How many milliseconds the caller still waits for the answer. A span and not a time of day, so that no clocks need agree.
pub const DEADLINE_HEADER: &str = "rialto-deadline-ms";
/// Where the id of a request travels.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// Headers with this prefix speak between Rialto's processes only.
pub const INTERNAL_PREFIX: &str = "rialto-";

const LIFE: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Makes the service tokens of one process.
pub struct ServiceSigner {
    name: String,
    pair: KeyPair,
    /// A token per audience, used for half of its life.
    made: Mutex<HashMap<String, (i64, Arc<str>)>>,
}

impl ServiceSigner {
    /// Signs as `name` with `pair`.
    pub fn new(name: impl Into<String>, pair: KeyPair) -> Self {
        Self { name: name.into(), pair, made: Mutex::default() }
    }

    /// The name that callees must list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key pair, whose public half callees need.
    pub fn key_pair(&self) -> &KeyPair {
        &self.pair
    }

    /// A token for the process called `audience`, valid for at least half a minute.
    pub fn token(&self, audience: &str) -> Arc<str> {
        let now = crate::now();
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((at, token)) = made.get(audience)
            && now - at < LIFE / 2
        {
            return token.clone();
        }
        let claims = Claims { iss: self.name.clone(), aud: audience.to_owned(), iat: now, exp: now + LIFE };
        let header = Header { kid: Some(self.pair.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let token: Arc<str> =
            encode(&header, &claims, &self.pair.encoding_key()).expect("an Ed25519 key always signs").into();
        made.insert(audience.to_owned(), (now, token.clone()));
        token
    }
}

/// Checks the service tokens shown to one process.
#[derive(Default)]
pub struct ServiceVerifier {
    audience: String,
    trusted: HashMap<String, KeySet>,
    /// Tokens whose signature was checked: a caller shows one for half a minute.
    checked: Mutex<HashMap<String, Checked>>,
}

#[derive(Clone)]
struct Checked {
    name: Arc<str>,
    /// In seconds since the epoch.
    expires_at: i64,
    key: Arc<PublicKey>,
}

/// So many checked tokens are remembered; a few callers show far fewer.
const REMEMBERED: usize = 256;
/// How far clocks may differ, in seconds.
const LEEWAY: u64 = 5;

impl ServiceVerifier {
    /// Nobody is trusted yet; tokens must be made for `audience`, this process's own name.
    pub fn new(audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), ..Self::default() }
    }

    /// Trusts the process `name` as long as it signs with one of `keys`.
    #[must_use]
    pub fn trust(mut self, name: impl Into<String>, keys: KeySet) -> Self {
        self.trusted.insert(name.into(), keys);
        self
    }

    /// The name of the process that made `token`, or `None` when it proves nothing.
    ///
    /// # Errors
    /// If the keys of the process that it names cannot be fetched: it may prove something.
    pub async fn verify(&self, token: &str) -> Result<Option<Arc<str>>, KeysUnavailable> {
        let known = self.checked().get(token).cloned();
        if let Some(Checked { name, expires_at, key }) = known
            && expires_at > crate::now()
            && let Some(keys) = self.trusted.get(&*name)
            && keys.contains(&key).await
        {
            return Ok(Some(name));
        }
        let Some(checked) = self.check_signature(token).await? else { return Ok(None) };
        let name = checked.name.clone();
        let mut remembered = self.checked();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.to_owned(), checked);
        Ok(Some(name))
    }

    async fn check_signature(&self, token: &str) -> Result<Option<Checked>, KeysUnavailable> {
        let Some((kid, name)) = claimed(token) else { return Ok(None) };
        let Some(keys) = self.trusted.get(&name) else { return Ok(None) };
        let Some(key) = keys.find(Some(&kid), Algorithm::EdDSA).await? else { return Ok(None) };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&name]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.leeway = LEEWAY;
        let Ok(decoded) = decode::<Claims>(token, &key.decoding, &validation) else { return Ok(None) };
        let Claims { iat, exp: expires_at, .. } = decoded.claims;
        let is_short = expires_at.checked_sub(iat).is_some_and(|life| life <= LIFE);
        Ok(is_short.then(|| Checked { name: name.into(), expires_at, key }))
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Checked>> {
        self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The key and the process that a token names. Nothing of it is believed yet.
fn claimed(token: &str) -> Option<(String, String)> {
    let header = decode_header(token).ok().filter(|header| header.alg == Algorithm::EdDSA)?;
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token).ok()?;
    Some((header.kid?, claims.iss))
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::{
        Transport, TransportError,
        transport::{Request, Response},
    };

    #[tokio::test]
    async fn only_a_trusted_process_with_its_own_key_and_the_right_audience_is_believed() {
        let pair = KeyPair::generate();
        let signer = ServiceSigner::new("orders", pair.clone());
        let verifier = ServiceVerifier::new("products").trust("orders", KeySet::fixed([&pair]));
        let verify = async |token: &str| verifier.verify(token).await.unwrap();
        assert_eq!(verify(&signer.token("products")).await.as_deref(), Some("orders"));
        assert_eq!(verify(&signer.token("users")).await, None);
        let stranger = ServiceSigner::new("stranger", pair.clone());
        assert_eq!(verify(&stranger.token("products")).await, None);
        let other = KeyPair::generate().with_kid(&pair.kid);
        assert_eq!(verify(&ServiceSigner::new("orders", other).token("products")).await, None);
        assert_eq!(verify("nonsense").await, None);
        assert_eq!(verify(&signer.token("products")).await.as_deref(), Some("orders"));
        assert_eq!(verifier.checked().len(), 1);
    }

    /// A process that nobody reaches.
    struct Gone;

    impl Transport for Gone {
        fn send(&self, _: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
            Box::pin(async { Err(TransportError::Timeout) })
        }
    }

    #[tokio::test]
    async fn keys_that_cannot_be_fetched_are_no_proof_of_a_forgery() {
        let signer = ServiceSigner::new("orders", KeyPair::generate());
        let verifier = ServiceVerifier::new("products").trust("orders", KeySet::fetched(Arc::new(Gone), "/"));
        assert_eq!(verifier.verify(&signer.token("products")).await, Err(KeysUnavailable));
        let stranger = ServiceSigner::new("stranger", KeyPair::generate());
        assert_eq!(verifier.verify(&stranger.token("products")).await, Ok(None));
    }
}
