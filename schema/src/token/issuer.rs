//! One issuer of access tokens: its keys, and what its tokens must say.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation, decode};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    TokenError,
    claims::MAX_LIFE,
    refusals::{Refused, quoted},
};
use crate::{
    MAX_CLOCK_SKEW, Revocations, RevokedSessions,
    keys::{ALGORITHMS, KeySet, PublicKey},
    shown_time,
    viewer::{ExternalViewer, UserViewer, Viewer},
};

/// An issuer whose access tokens are believed.
pub struct Issuer {
    pub(super) name: Arc<str>,
    pub(super) keys: KeySet,
    pub(super) revocations: Arc<dyn Revocations>,
    algorithms: Vec<Algorithm>,
    max_life: i64,
    scopes_claim: Option<String>,
    are_accounts: bool,
    validation: Validation,
}

/// What a rightly signed token says. Whether it is still valid is asked each time.
pub(super) struct Verified {
    pub viewer: Viewer,
    /// When it expires by the issuer's clock, in seconds since the epoch.
    pub expires_at: i64,
    /// For how many seconds after that it is believed here, as clocks differ.
    pub grace: i64,
    /// The session that can be revoked.
    pub session: Option<Uuid>,
    /// What it was signed with.
    pub key: Arc<PublicKey>,
}

impl Verified {
    /// Its end and our time, for the log.
    pub fn times(&self) -> String {
        format!(" Its exp is {}, our clock says {}.", shown_time(self.expires_at), shown_time(crate::now()))
    }
}

impl Issuer {
    /// The longest life of a token, in seconds, unless the issuer has a bound of its own.
    pub const MAX_LIFE: i64 = 24 * 60 * 60;

    /// Believes tokens whose `iss` is `name` and whose `aud` is, or contains, one of `audiences`, signed with one of `keys`
    /// by any algorithm that fits the key. Their viewers are [`Viewer::External`].
    pub fn new<A: ToString>(name: impl Into<Arc<str>>, audiences: &[A], keys: KeySet) -> Self {
        let name = name.into();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&name]);
        validation.set_audience(audiences);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked by hand: expiry, so that a remembered token is checked too, and all, so that the log names them.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            name,
            keys,
            revocations: Arc::new(RevokedSessions::default()),
            algorithms: ALGORITHMS.to_vec(),
            max_life: Self::MAX_LIFE,
            scopes_claim: None,
            are_accounts: false,
            validation,
        }
    }

    /// Its tokens are those of users of the shop, and nothing else: EdDSA, at most [`MAX_LIFE`] long, and their `sub` and
    /// `sid` are ids of an account and a session. Their viewers are [`Viewer::User`].
    #[must_use]
    pub fn accounts(self) -> Self {
        Self { are_accounts: true, algorithms: vec![Algorithm::EdDSA], max_life: MAX_LIFE, ..self }
    }

    /// Only these algorithms, of [`ALGORITHMS`].
    #[must_use]
    pub fn algorithms(self, algorithms: Vec<Algorithm>) -> Self {
        Self { algorithms, ..self }
    }

    /// Tokens that live longer than so many seconds are not believed.
    #[must_use]
    pub fn max_life(self, seconds: i64) -> Self {
        Self { max_life: seconds, ..self }
    }

    /// Where its tokens list what their owner may do, as a text with blanks or as a list: `scope`, else `scp`, unless said
    /// otherwise.
    #[must_use]
    pub fn scopes_claim(self, name: impl Into<String>) -> Self {
        Self { scopes_claim: Some(name.into()), ..self }
    }

    /// Which of its sessions (`sid`) have ended.
    #[must_use]
    pub fn revocations(self, revocations: Arc<dyn Revocations>) -> Self {
        Self { revocations, ..self }
    }

    /// Its name, as tokens have it in `iss`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks everything about `token` that never changes: who signed it, for whom, and what it says.
    pub(super) async fn check(
        &self,
        token: &str,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Verified, Refused> {
        if !self.algorithms.contains(&algorithm) {
            return Err(Refused::invalid(format!("tokens of {:?} are not signed with {algorithm:?}", self.name)));
        }
        let found = self.keys.find(kid, algorithm).await;
        let found = found
            .map_err(|error| Refused { error: TokenError::Unavailable, reason: format!("{:?}: {error}", self.name) })?;
        let key = found.ok_or_else(|| {
            let kid = quoted(kid.unwrap_or_default());
            Refused::invalid(format!("{:?} has no key {kid} for {algorithm:?}", self.name))
        })?;
        let validation = Validation { algorithms: vec![algorithm], ..self.validation.clone() };
        let claims = decode::<Map<String, Value>>(token, &key.decoding, &validation);
        let claims = claims.map_err(|error| Refused::invalid(format!("{:?}: {error}", self.name)))?.claims;
        self.verified(&claims, key).map_err(|what| Refused::invalid(format!("{:?}: {what}", self.name)))
    }

    fn verified(&self, claims: &Map<String, Value>, key: Arc<PublicKey>) -> Result<Verified, String> {
        let expires_at = seconds(claims.get("exp")).ok_or("exp is no time")?;
        let now = crate::now();
        let issued_at = seconds(claims.get("iat"));
        for (claim, what) in [("iat", "it was made in the future"), ("nbf", "it is not valid yet")] {
            let time = seconds(claims.get(claim)).filter(|time| *time > now.saturating_add(MAX_CLOCK_SKEW));
            if let Some(time) = time {
                let (shown, ours, ahead) = (shown_time(time), shown_time(now), time.saturating_sub(now));
                return Err(format!("{what}: its {claim} is {shown}, {ahead} s ahead of our clock, {ours}"));
            }
        }
        // A token that does not say when it was made was made now at the latest.
        let life = expires_at.saturating_sub(issued_at.unwrap_or(now));
        if life > self.max_life {
            let (made, ends) = (shown_time(issued_at.unwrap_or(now)), shown_time(expires_at));
            return Err(format!("it lives longer than {} s: from {made} to {ends}", self.max_life));
        }
        // What lives for seconds should not be believed for a minute.
        let grace = if issued_at.is_some() { life.clamp(0, MAX_CLOCK_SKEW) } else { MAX_CLOCK_SKEW };
        let subject = claims.get("sub").and_then(Value::as_str).ok_or("sub is no text")?;
        let session = claims.get("sid").and_then(Value::as_str).and_then(|sid| sid.parse::<Uuid>().ok());
        let (roles, scopes) = (texts(claims.get("roles")), self.scopes(claims));
        let viewer = if self.are_accounts {
            let id = subject.parse().map_err(|_| "sub is no account's id")?;
            let session = session.ok_or("sid is no session's id")?;
            Viewer::User(Arc::new(UserViewer { id, session, roles, scopes, expires_at }))
        } else {
            let (issuer, subject) = (self.name.clone(), subject.to_owned());
            Viewer::External(Arc::new(ExternalViewer { issuer, subject, roles, scopes, expires_at }))
        };
        Ok(Verified { viewer, expires_at, grace, session, key })
    }

    fn scopes(&self, claims: &Map<String, Value>) -> Vec<String> {
        match &self.scopes_claim {
            Some(name) => texts(claims.get(name)),
            None => texts(claims.get("scope").or_else(|| claims.get("scp"))),
        }
    }
}

/// A `NumericDate` (RFC 7519, section 2), which may have a fraction.
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn seconds(value: Option<&Value>) -> Option<i64> {
    value?.as_i64().or_else(|| Some(value?.as_f64()?.floor() as i64))
}

/// The words of a text or the texts of a list.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
