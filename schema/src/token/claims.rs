//! What an access token of the shop claims, and how it is signed (RFC 8037).

use jsonwebtoken::{Algorithm, Header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::KeyPair;

/// Who issues Rialto's access tokens (`iss`), unless configured otherwise.
pub const ISSUER: &str = "rialto";
/// Whom they are for (`aud`), unless configured otherwise.
pub const AUDIENCE: &str = "rialto-api";
/// The longest life of an access token of the shop, in seconds.
pub const MAX_LIFE: i64 = 300;

/// The claims of an access token of the shop.
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
