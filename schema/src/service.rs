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

use crate::keys::{KeyPair, KeySet};

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
    /// Tokens whose signature was checked, by whom they are and until when: a caller shows one for half a minute.
    checked: Mutex<HashMap<String, (Arc<str>, i64)>>,
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
    pub async fn verify(&self, token: &str) -> Option<Arc<str>> {
        let known = self.checked().get(token).cloned();
        if let Some((name, until)) = known
            && until > crate::now()
        {
            return Some(name);
        }
        let (name, until) = self.check_signature(token).await?;
        let mut checked = self.checked();
        if checked.len() >= REMEMBERED {
            checked.clear();
        }
        checked.insert(token.to_owned(), (name.clone(), until));
        Some(name)
    }

    async fn check_signature(&self, token: &str) -> Option<(Arc<str>, i64)> {
        let header = decode_header(token).ok().filter(|header| header.alg == Algorithm::EdDSA)?;
        let claimed = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token).ok()?.iss;
        let key = self.trusted.get(&claimed)?.find(&header.kid?).await?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&claimed]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.leeway = LEEWAY;
        let claims = decode::<Claims>(token, &key, &validation).ok()?.claims;
        (claims.exp - claims.iat <= LIFE).then(|| (claimed.into(), claims.exp))
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Arc<str>, i64)>> {
        self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_trusted_process_with_its_own_key_and_the_right_audience_is_believed() {
        let pair = KeyPair::generate();
        let signer = ServiceSigner::new("orders", pair.clone());
        let verifier = ServiceVerifier::new("products").trust("orders", KeySet::fixed([&pair]));
        assert_eq!(verifier.verify(&signer.token("products")).await.as_deref(), Some("orders"));
        assert_eq!(verifier.verify(&signer.token("users")).await, None);
        let stranger = ServiceSigner::new("stranger", pair.clone());
        assert_eq!(verifier.verify(&stranger.token("products")).await, None);
        let other = KeyPair::generate().with_kid(&pair.kid);
        assert_eq!(verifier.verify(&ServiceSigner::new("orders", other).token("products")).await, None);
        assert_eq!(verifier.verify("nonsense").await, None);
        assert_eq!(verifier.verify(&signer.token("products")).await.as_deref(), Some("orders"));
        assert_eq!(verifier.checked().len(), 1);
    }
}
