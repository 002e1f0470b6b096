//! Ed25519 key pairs that sign tokens, and the JWK set in which their public halves are published.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{SigningKey, pkcs8::DecodePrivateKey, pkcs8::EncodePrivateKey};
use jsonwebtoken::EncodingKey;
use serde_json::json;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_survives_its_pem() {
        let pair = KeyPair::generate();
        assert_eq!(pair.kid, KeyPair::from_pem(&pair.to_pem()).unwrap().kid);
    }

    #[test]
    fn a_wrong_pem_is_an_error() {
        assert!(KeyPair::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err());
    }
}
