//! Ed25519 key pairs, and the public halves that others publish as a JWK set (RFC 7517, RFC 8037).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, pkcs8::DecodePrivateKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::{
    DecodingKey, EncodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, JwkSet},
};
use serde_json::json;
use tokio::sync::Mutex;

use crate::transport::{Transport, get};

/// Signs tokens; its public half is found by `kid`.
#[derive(Clone)]
pub struct KeyPair {
    /// The key's id: a digest of the public key, so equal keys have equal ids in every replica.
    pub kid: String,
    key: SigningKey,
}

/// A PEM that is not an Ed25519 private key in PKCS#8.
#[derive(Debug, thiserror::Error)]
#[error("not an Ed25519 private key in PKCS#8 PEM: {0}")]
pub struct InvalidKey(String);

impl KeyPair {
    /// A new pair from the operating system's randomness.
    pub fn generate() -> Self {
        Self::from_signing_key(SigningKey::from_bytes(&rand::random()))
    }

    /// Reads what [`Self::to_pem`] or `openssl genpkey -algorithm ed25519` wrote.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        SigningKey::from_pkcs8_pem(pem.trim())
            .map(Self::from_signing_key)
            .map_err(|error| InvalidKey(error.to_string()))
    }

    fn from_signing_key(key: SigningKey) -> Self {
        let public = key.verifying_key();
        Self { kid: URL_SAFE_NO_PAD.encode(&public.as_bytes()[..12]), key }
    }

    /// The private key as PKCS#8 PEM. Whoever holds it can sign anything.
    pub fn to_pem(&self) -> String {
        use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
        self.key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).unwrap_or_default()
    }

    /// Claims another key's id, as a forger would.
    #[cfg(test)]
    pub(crate) fn with_kid(self, kid: &str) -> Self {
        Self { kid: kid.to_owned(), ..self }
    }

    pub(crate) fn encoding_key(&self) -> EncodingKey {
        let der = self.key.to_pkcs8_der().expect("an Ed25519 key always encodes");
        EncodingKey::from_ed_der(der.as_bytes())
    }

    /// The public half as one entry of a JWK set.
    pub fn public_jwk(&self) -> serde_json::Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid,
            "x": URL_SAFE_NO_PAD.encode(self.key.verifying_key().as_bytes()),
        })
    }
}

/// The document served at `/.well-known/jwks.json`.
pub fn jwks<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> serde_json::Value {
    json!({ "keys": pairs.into_iter().map(KeyPair::public_jwk).collect::<Vec<_>>() })
}

/// Public keys by id, from a set that is known or fetched when an unknown id turns up.
pub struct KeySet {
    source: Source,
    cache: Mutex<Cache>,
}

enum Source {
    Fixed,
    Fetched { transport: Arc<dyn Transport>, path: String },
}

#[derive(Default)]
struct Cache {
    keys: Vec<(String, DecodingKey)>,
    fetched: Option<Instant>,
}

/// A fetched set is believed this long, so that a key taken out of rotation stops working.
const MAX_AGE: Duration = Duration::from_mins(5);
/// Unknown ids (or a failing source) cause at most one fetch in this time.
const MIN_PAUSE: Duration = Duration::from_secs(2);

impl KeySet {
    /// The keys of a process that signs for itself.
    pub fn fixed<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> Self {
        let keys = parse(&jwks(pairs).to_string());
        Self { source: Source::Fixed, cache: Mutex::new(Cache { keys, fetched: None }) }
    }

    /// Keys that another process publishes at `path`.
    pub fn fetched(transport: Arc<dyn Transport>, path: impl Into<String>) -> Self {
        Self { source: Source::Fetched { transport, path: path.into() }, cache: Mutex::default() }
    }

    /// The key called `kid`. `None` when the publisher has no such key or cannot be reached.
    pub async fn find(&self, kid: &str) -> Option<DecodingKey> {
        let mut cache = self.cache.lock().await;
        if let Source::Fetched { transport, path } = &self.source {
            let known = cache.keys.iter().any(|(id, _)| id == kid);
            let age = cache.fetched.map(|at| at.elapsed());
            if age.is_none_or(|age| age > MAX_AGE || (!known && age > MIN_PAUSE)) {
                cache.fetched = Some(Instant::now());
                match get(transport.as_ref(), path).await {
                    Ok(body) => cache.keys = parse(&String::from_utf8_lossy(&body)),
                    Err(error) => tracing::warn!(%path, %error, "the key set could not be fetched"),
                }
            }
        }
        cache.keys.iter().find(|(id, _)| id == kid).map(|(_, key)| key.clone())
    }
}

/// Keeps Ed25519 signature keys with an id, drops the rest: the allow-list of algorithms begins here.
fn parse(document: &str) -> Vec<(String, DecodingKey)> {
    let Ok(set) = serde_json::from_str::<JwkSet>(document) else { return Vec::new() };
    set.keys
        .iter()
        .filter(|jwk| {
            matches!(&jwk.algorithm, AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519)
        })
        .filter_map(|jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pair_survives_its_pem_and_is_found_by_id() {
        let pair = KeyPair::generate();
        let read = KeyPair::from_pem(&pair.to_pem()).unwrap();
        assert_eq!(pair.kid, read.kid);
        let set = KeySet::fixed([&read]);
        assert!(set.find(&pair.kid).await.is_some());
        assert!(set.find("another").await.is_none());
    }

    #[test]
    fn a_wrong_pem_is_an_error() {
        assert!(KeyPair::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err());
    }
}
