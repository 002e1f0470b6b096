//! Access tokens (JWT, RFC 7519): what they claim, how the shop's are signed, and the one way in which they are checked.
//!
//! The router and every subgraph of its own process use the same [`Verifier`]; nobody else decides what a valid token
//! is. It believes one or several [`Issuer`]s, each by its own keys only.

mod claims;
mod issuer;
mod refusals;
#[cfg(test)]
mod tests;
mod verifier;

pub(crate) use self::refusals::quoted;
pub use self::{
    claims::{AUDIENCE, Claims, ISSUER, MAX_LIFE, sign},
    issuer::Issuer,
    verifier::Verifier,
};

/// Why a token was not believed. Clients learn a code and this sentence, nothing more; the log knows the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is nobody's who is believed here: wrong shape, algorithm, key, signature, issuer or audience.
    #[error("The access token is not valid.")]
    Invalid,
    /// It is rightly signed, and its time has run out.
    #[error("The access token has expired.")]
    Expired,
    /// It is rightly signed, and its session was logged out.
    #[error("The session of this access token has ended.")]
    Revoked,
    /// Nobody can tell at the moment. It may be valid, so its owner should keep it and try again.
    #[error("Access tokens cannot be checked at the moment. Try again later.")]
    Unavailable,
}

impl TokenError {
    /// Whether the token was good once: signed by who is believed, and no longer valid.
    pub fn is_outlived(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }
}
