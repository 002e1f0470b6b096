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

use runtime::log::Throttle;

use crate::{
    MAX_CLOCK_SKEW,
    keys::{KeyPair, KeySet, KeysUnavailable, PublicKey},
    shown_time,
    token::quoted,
};

/// The header that carries a service token. The router strips it, with everything else that begins with
/// [`INTERNAL_PREFIX`], from what clients send.
pub const SERVICE_HEADER: &str = "rialto-service";
/// The client's network address, believed only beside a valid service token.
pub const ADDRESS_HEADER: &str = "rialto-client-address";
/// Where the client found the API, believed only beside a valid service token.
pub const ORIGIN_HEADER: &str = "rialto-client-origin";
/// How many milliseconds the caller still waits for the answer. A span and not a time of day, so that no clocks need agree.
pub const DEADLINE_HEADER: &str = "rialto-deadline-ms";
/// Where the id of a request travels.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// Headers with this prefix speak between Rialto's processes only.
pub const INTERNAL_PREFIX: &str = "rialto-";

/// How long a token lives, in seconds.
const LIFE: i64 = 60;
/// For how long it is shown, in seconds. Whose clock is [`MAX_CLOCK_SKEW`] behind shows tokens that are over here by up to
/// this time, as long as [`LIFE`] is no less than the skew.
const SHOWN: i64 = 10;

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
    /// A token per audience, used for a few seconds.
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

    /// A token for the process called `audience`, good for one request that is sent now.
    pub fn token(&self, audience: &str) -> Arc<str> {
        let now = crate::now();
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((at, token)) = made.get(audience)
            && (0..SHOWN).contains(&(now - at))
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
    /// Tokens whose signature was checked: a caller shows one for some seconds.
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

/// Why a token proves nothing, for the log: never for who sent it.
struct Refusal {
    /// One of a few, by which the lines of the log are counted.
    cause: &'static str,
    detail: String,
}

impl Refusal {
    fn new(cause: &'static str) -> Self {
        Self { cause, detail: String::new() }
    }
}

/// How long a token that ends at `expires_at` is believed, in seconds since the epoch.
fn believed_until(expires_at: i64) -> i64 {
    expires_at.saturating_add(MAX_CLOCK_SKEW - LIFE + SHOWN)
}

impl ServiceVerifier {
    /// Nobody is trusted yet; tokens must be made for `audience`, this process's own name.
    pub fn new(audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), ..Self::default() }
    }

    /// The name of the process that tokens must be made for.
    pub fn audience(&self) -> &str {
        &self.audience
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
            && believed_until(expires_at) >= crate::now()
            && let Some(keys) = self.trusted.get(&*name)
            && keys.contains(&key).await
        {
            return Ok(Some(name));
        }
        let Some(Claimed { kid, name }) = claimed(token) else {
            self.report(&Refusal::new("it is no service token"), None);
            return Ok(None);
        };
        let checked = match self.check(token, &kid, &name).await? {
            Ok(checked) => checked,
            Err(refusal) => {
                self.report(&refusal, Some((&kid, &name)));
                return Ok(None);
            }
        };
        let name = checked.name.clone();
        let mut remembered = self.checked();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.to_owned(), checked);
        Ok(Some(name))
    }

    async fn check(&self, token: &str, kid: &str, name: &str) -> Result<Result<Checked, Refusal>, KeysUnavailable> {
        let Some(keys) = self.trusted.get(name) else {
            return Ok(Err(Refusal::new("the service is not trusted here: see --trust")));
        };
        let Some(key) = keys.find(Some(kid), Algorithm::EdDSA).await? else {
            return Ok(Err(Refusal::new("the service has published no such key where --trust says")));
        };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&name]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_exp = false;
        Ok(match decode::<Claims>(token, &key.decoding, &validation) {
            Err(error) => Err(Refusal { cause: "the token is not as it should be", detail: error.to_string() }),
            Ok(decoded) => match Self::check_times(&decoded.claims, crate::now()) {
                Err(refusal) => Err(refusal),
                Ok(()) => Ok(Checked { name: name.into(), expires_at: decoded.claims.exp, key }),
            },
        })
    }

    fn check_times(claims: &Claims, now: i64) -> Result<(), Refusal> {
        let Claims { iat, exp, .. } = *claims;
        let times = |cause| {
            let (made, ends, ours) = (shown_time(iat), shown_time(exp), shown_time(now));
            Refusal { cause, detail: format!("its iat is {made}, its exp {ends}; our clock says {ours}") }
        };
        if exp.checked_sub(iat).is_none_or(|life| life > LIFE) {
            return Err(times("the token lives too long"));
        }
        if iat > now.saturating_add(MAX_CLOCK_SKEW) {
            return Err(times("the token was made in the future: the clocks differ by more than a minute"));
        }
        if believed_until(exp) < now {
            return Err(times("the token is over: the clocks differ by more than a minute, or it is old"));
        }
        Ok(())
    }

    /// Logs a refusal, of each cause and service one per second.
    fn report(&self, refusal: &Refusal, claimed: Option<(&str, &str)>) {
        static REFUSALS: Throttle = Throttle::new();
        let Refusal { cause, detail } = refusal;
        let (kid, name) = claimed.unwrap_or_default();
        // Names of strangers are without number.
        let known = self.trusted.get_key_value(name).map_or("", |(name, _)| name.as_str());
        if let Some(held_back) = REFUSALS.admit(&format!("{cause} {known}")) {
            let (service, kid) = (quoted(name), quoted(kid));
            tracing::warn!(service, kid, reason = cause, detail, held_back, "a service token was refused");
        }
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Checked>> {
        self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The key and the process that a token names.
struct Claimed {
    kid: String,
    name: String,
}

/// What a token claims. Nothing of it is believed yet.
fn claimed(token: &str) -> Option<Claimed> {
    let header = decode_header(token).ok().filter(|header| header.alg == Algorithm::EdDSA)?;
    let claims = jsonwebtoken::dangerous::insecure_decode_claims::<Claims>(token).ok()?;
    Some(Claimed { kid: header.kid?, name: claims.iss })
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

    /// Caller and callee within a minute of each other, and beyond. A token is shown for up to ten seconds.
    #[tokio::test]
    async fn clocks_may_differ_by_a_minute_and_no_more() {
        const DAY: i64 = 24 * 60 * 60;
        let pair = KeyPair::generate();
        let now = crate::now();
        let verdict = async |iat: i64, life: i64| {
            let verifier = ServiceVerifier::new("products").trust("orders", KeySet::fixed([&pair]));
            let claims = Claims { iss: "orders".into(), aud: "products".into(), iat, exp: iat + life };
            let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::EdDSA) };
            let token = encode(&header, &claims, &pair.encoding_key()).unwrap();
            let first = verifier.verify(&token).await.unwrap().is_some();
            // A token that is remembered is judged in the same way.
            assert_eq!(verifier.verify(&token).await.unwrap().is_some(), first);
            first
        };
        for skew in [-50, -30, 0, 30, 55] {
            for shown in [0, SHOWN - 1] {
                assert!(verdict(now + skew - shown, LIFE).await, "{skew} {shown}");
            }
        }
        for skew in [-DAY, -600, -75, 75, 600, DAY] {
            for shown in [0, SHOWN - 1] {
                assert!(!verdict(now + skew - shown, LIFE).await, "{skew} {shown}");
            }
        }
        assert!(!verdict(now, LIFE + 1).await);
        let claims = |iat| Claims { iss: String::new(), aud: String::new(), iat, exp: iat + LIFE };
        for iat in [now + 75, now - 75] {
            let Err(refusal) = ServiceVerifier::check_times(&claims(iat), now) else { panic!("{iat}") };
            assert!(refusal.detail.contains(&shown_time(iat)) && refusal.detail.contains(&shown_time(now)));
        }
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
