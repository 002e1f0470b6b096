//! Access tokens: what they say, how they are signed, and the one way in which they are checked.
//!
//! The router and every subgraph of its own process use the same [`Verifier`]; nobody else decides what a
//! valid token is. JWT (RFC 7519) with EdDSA (RFC 8037) only; the algorithm is ours, never the token's choice.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    keys::{KeyPair, KeySet},
    revocation::Revocations,
    viewer::{UserViewer, Viewer},
};

/// Who issues Rialto's access tokens (`iss`), unless configured otherwise.
pub const ISSUER: &str = "rialto";
/// Whom they are for (`aud`), unless configured otherwise.
pub const AUDIENCE: &str = "rialto-api";
/// The longest life of an access token, in seconds.
pub const MAX_LIFE: i64 = 300;

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The account.
    pub sub: Uuid,
    /// The session that log-out revokes.
    pub sid: Uuid,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
    /// Role names.
    pub roles: Vec<String>,
    /// Scopes separated by blanks (RFC 8693, section 4.2).
    pub scope: String,
}

/// Signs `claims`: [`Claims`], or those and more. Fails only where the cryptography library does.
pub fn sign(claims: &impl Serialize, pair: &KeyPair) -> Result<String, jsonwebtoken::errors::Error> {
    let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, claims, &pair.encoding_key())
}

/// Why a token was not believed. Clients learn `UNAUTHENTICATED` and this sentence, nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours: wrong shape, algorithm, key, signature, issuer or audience.
    #[error("The access token is not valid.")]
    Invalid,
    /// It was ours, until its time ran out.
    #[error("The access token has expired.")]
    Expired,
    /// Its session was logged out.
    #[error("The session of this access token has ended.")]
    Revoked,
}

/// Checks access tokens.
pub struct Verifier {
    keys: KeySet,
    validation: Validation,
    revocations: Arc<dyn Revocations>,
    /// Signatures that were checked; expiry and revocation are asked again every time.
    checked: Mutex<LruCache<String, Arc<UserViewer>>>,
}

impl Verifier {
    /// Believes tokens of `issuer` for `audience` signed with one of `keys`, whose session is not revoked.
    pub fn new(keys: KeySet, issuer: &str, audience: &str, revocations: Arc<dyn Revocations>) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.algorithms = vec![Algorithm::EdDSA];
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Expiry is checked by hand, so that a cached token is checked too; a minute of drift is not granted.
        validation.validate_exp = false;
        let checked = Mutex::new(LruCache::new(NonZeroUsize::new(4096).expect("not zero")));
        Self { keys, validation, revocations, checked }
    }

    /// The viewer behind the value of an `Authorization` header, or `Anonymous` where there is none.
    pub async fn viewer(&self, authorization: Option<&str>) -> Result<Viewer, TokenError> {
        let Some(value) = authorization else { return Ok(Viewer::Anonymous) };
        let (scheme, token) = value.split_once(' ').ok_or(TokenError::Invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::Invalid);
        }
        self.verify(token.trim()).await.map(Viewer::User)
    }

    /// The user behind `token`, if it is valid at this moment.
    pub async fn verify(&self, token: &str) -> Result<Arc<UserViewer>, TokenError> {
        let known = self.checked().get(token).cloned();
        let user = match known {
            Some(user) => user,
            None => self.check_signature(token).await?,
        };
        if user.expires_at <= crate::now() {
            return Err(TokenError::Expired);
        }
        if self.revocations.is_revoked(user.session) {
            return Err(TokenError::Revoked);
        }
        Ok(user)
    }

    async fn check_signature(&self, token: &str) -> Result<Arc<UserViewer>, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        if header.alg != Algorithm::EdDSA {
            return Err(TokenError::Invalid);
        }
        let kid = header.kid.ok_or(TokenError::Invalid)?;
        let key = self.keys.find(&kid).await.ok_or(TokenError::Invalid)?;
        let claims = decode::<Claims>(token, &key, &self.validation).map_err(|_| TokenError::Invalid)?.claims;
        if claims.exp - claims.iat > MAX_LIFE {
            return Err(TokenError::Invalid);
        }
        let user = Arc::new(UserViewer {
            id: claims.sub,
            session: claims.sid,
            roles: claims.roles,
            scopes: claims.scope.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            expires_at: claims.exp,
        });
        self.checked().put(token.to_owned(), user.clone());
        Ok(user)
    }

    fn checked(&self) -> std::sync::MutexGuard<'_, LruCache<String, Arc<UserViewer>>> {
        self.checked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::EncodingKey;

    use super::*;
    use crate::revocation::RevokedSessions;

    fn claims() -> Claims {
        let now = crate::now();
        Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: Uuid::from_u128(7),
            sid: Uuid::from_u128(8),
            iat: now,
            exp: now + 60,
            roles: vec!["ADMIN".into()],
            scope: "catalog:write orders:read".into(),
        }
    }

    fn verifier(pair: &KeyPair, revoked: &Arc<RevokedSessions>) -> Verifier {
        Verifier::new(KeySet::fixed([pair]), ISSUER, AUDIENCE, revoked.clone())
    }

    async fn verdict(verifier: &Verifier, token: &str) -> Result<Viewer, TokenError> {
        verifier.viewer(Some(&format!("Bearer {token}"))).await
    }

    #[tokio::test]
    async fn a_token_of_ours_is_believed_until_its_session_is_revoked() {
        let (pair, revoked) = (KeyPair::generate(), Arc::new(RevokedSessions::default()));
        let verifier = verifier(&pair, &revoked);
        let token = sign(&claims(), &pair).unwrap();
        let viewer = verdict(&verifier, &token).await.unwrap();
        assert_eq!(viewer.id(), Some(Uuid::from_u128(7)));
        assert!(viewer.has_scope("orders:read") && !viewer.has_scope("orders"));
        revoked.revoke(Uuid::from_u128(8), i64::MAX);
        assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Revoked));
    }

    #[tokio::test]
    async fn what_is_not_ours_is_refused() {
        let (pair, revoked) = (KeyPair::generate(), Arc::new(RevokedSessions::default()));
        let verifier = verifier(&pair, &revoked);
        let forged = sign(&claims(), &KeyPair::generate().with_kid(&pair.kid)).unwrap();
        let issuer = sign(&Claims { iss: "elsewhere".into(), ..claims() }, &pair).unwrap();
        let audience = sign(&Claims { aud: "elsewhere".into(), ..claims() }, &pair).unwrap();
        let long = sign(&Claims { exp: claims().exp + MAX_LIFE, ..claims() }, &pair).unwrap();
        let public = pair.public_jwk()["x"].as_str().unwrap().to_owned();
        let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::HS256) };
        let confused = encode(&header, &claims(), &EncodingKey::from_secret(public.as_bytes())).unwrap();
        let none = format!("eyJhbGciOiJub25lIn0.{}.", sign(&claims(), &pair).unwrap().split('.').nth(1).unwrap());
        for token in [&forged, &issuer, &audience, &long, &confused, &none, "", "a.b.c"] {
            assert_eq!(verdict(&verifier, token).await, Err(TokenError::Invalid), "{token}");
        }
        assert_eq!(verifier.viewer(Some("Basic eDp5")).await, Err(TokenError::Invalid));
        assert_eq!(verifier.viewer(None).await, Ok(Viewer::Anonymous));
    }

    #[tokio::test]
    async fn an_expired_token_is_refused_even_when_its_signature_is_remembered() {
        let (pair, revoked) = (KeyPair::generate(), Arc::new(RevokedSessions::default()));
        let verifier = verifier(&pair, &revoked);
        let now = crate::now();
        let token = sign(&Claims { iat: now - 10, exp: now - 1, ..claims() }, &pair).unwrap();
        assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Expired));
        assert_eq!(verdict(&verifier, &token).await, Err(TokenError::Expired));
    }
}
