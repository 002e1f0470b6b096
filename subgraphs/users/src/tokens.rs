//! Access tokens: who signs them, and what they say of an account.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use kit::{Failure, random};
use schema::{
    keys::{KeySet, LiveKeys},
    token::{AUDIENCE, Claims, ISSUER, sign},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{domain::User, keys::Keys};

/// The claims of an access token, and what makes it another than all others (RFC 7519, section 4.1.7): two tokens of one
/// session and second would be equal, and the use of one be taken for the use of the other.
#[derive(Serialize)]
struct IdentifiedClaims {
    #[serde(flatten)]
    claims: Claims,
    jti: Uuid,
}

/// Signs access tokens.
pub struct TokenIssuer {
    keys: RwLock<Arc<Keys>>,
    /// The public halves of the same.
    public: LiveKeys,
    life: i64,
}

/// An access token and its end.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// What a client shows.
    pub token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl TokenIssuer {
    /// Signs with `keys`. Tokens live for `life` seconds.
    pub fn new(keys: Keys, life: i64) -> Self {
        Self { public: LiveKeys::new(keys.all()), keys: RwLock::new(Arc::new(keys)), life }
    }

    /// Signs with `keys` from now on, and believes no others.
    pub fn replace(&self, keys: Keys) {
        self.public.replace(keys.all());
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// How long a token lives, in seconds.
    pub fn life(&self) -> i64 {
        self.life
    }

    /// Every key whose tokens are to be believed now.
    pub fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same as verifiers want it, at any time.
    pub fn key_set(&self) -> KeySet {
        KeySet::live(self.public.clone())
    }

    /// A token that says what `user` may do now, withdrawn together with all others of `access_id`.
    pub fn issue(&self, user: &User, access_id: Uuid, now: DateTime<Utc>) -> kit::Result<AccessToken> {
        let issued = now.timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.id.uuid(),
            sid: access_id,
            iat: issued,
            exp: issued + self.life,
            roles: user.roles.names(),
            scope: user.roles.scope(),
        };
        let claims = IdentifiedClaims { claims, jti: random::uuid() };
        let token = sign(&claims, &self.keys().signing).map_err(Failure::internal)?;
        let expires_at = now - TimeDelta::nanoseconds(now.timestamp_subsec_nanos().into());
        Ok(AccessToken { token, expires_at: expires_at + TimeDelta::seconds(self.life) })
    }
}
