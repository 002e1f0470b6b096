//! Checks access tokens: whose they are, once, and whether they are still valid, each time.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jsonwebtoken::decode_header;
use lru::LruCache;
use serde::Deserialize;

use super::{
    Issuer, TokenError,
    issuer::Verified,
    refusals::{RefusalLog, Refused, quoted},
};
use crate::{Revocations, keys::KeySet, viewer::Viewer};

/// So many tokens are remembered …
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");
/// … and none is longer than so many bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// Checks access tokens.
pub struct Verifier {
    issuers: Vec<Issuer>,
    /// Tokens whose signature was checked. Expiry, revocation and the key's withdrawal are asked about every time.
    checked: Mutex<LruCache<String, Arc<Checked>>>,
    refusals: RefusalLog,
}

struct Checked {
    /// The place of the issuer in the list.
    issuer: usize,
    verified: Verified,
}

/// The part of a token by which its issuer is found. Nothing of it is believed before the signature is checked.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

impl Verifier {
    /// Believes the tokens of users of the shop: of `issuer`, for `audience`, signed with one of `keys`, whose session is
    /// not revoked.
    pub fn new(keys: KeySet, issuer: &str, audience: &str, revocations: Arc<dyn Revocations>) -> Self {
        Self::of([Issuer::new(issuer, &[audience], keys).accounts().revocations(revocations)])
    }

    /// Believes the tokens of several issuers. Of two with the same name the first counts.
    pub fn of(issuers: impl IntoIterator<Item = Issuer>) -> Self {
        let issuers = issuers.into_iter().collect();
        Self { issuers, checked: Mutex::new(LruCache::new(REMEMBERED)), refusals: RefusalLog::default() }
    }

    /// The viewer behind the value of an `Authorization` header, or `Anonymous` where there is none.
    ///
    /// # Errors
    /// If it is no `Bearer` token (RFC 6750), or one that [`Self::verify`] does not believe.
    pub async fn viewer(&self, authorization: Option<&str>) -> Result<Viewer, TokenError> {
        let Some(value) = authorization else { return Ok(Viewer::Anonymous) };
        match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => self.verify(token.trim()).await,
            _ => Err(self.refusals.report(&Refused::invalid("the header is not of the form \"Bearer TOKEN\""))),
        }
    }

    /// The viewer behind `token`, if it is valid at this moment.
    ///
    /// # Errors
    /// If it is not, or nobody can tell.
    pub async fn verify(&self, token: &str) -> Result<Viewer, TokenError> {
        let known = self.checked().get(token).cloned();
        let checked = match known {
            Some(known) if self.issuers[known.issuer].keys.contains(&known.verified.key).await => known,
            _ => self.check(token).await.map_err(|refused| self.refusals.report(&refused))?,
        };
        let judged = self.judge(&checked).await;
        judged.map_err(|error| {
            let issuer = self.issuers[checked.issuer].name();
            let times = if error == TokenError::Expired { checked.verified.times() } else { String::new() };
            self.refusals.report(&Refused { error, reason: format!("{issuer:?}: {error}{times}") })
        })?;
        Ok(checked.verified.viewer.clone())
    }

    /// Whether keys are known of every issuer, so that tokens can be judged.
    pub async fn knows_keys(&self) -> bool {
        let known = self.issuers.iter().map(|issuer| issuer.keys.is_known());
        futures_util::future::join_all(known).await.into_iter().all(|known| known)
    }

    /// Whether it is known of every issuer which of its sessions have ended.
    pub fn knows_revocations(&self) -> bool {
        self.issuers.iter().all(|issuer| issuer.revocations.is_current())
    }

    async fn judge(&self, checked: &Checked) -> Result<(), TokenError> {
        let Verified { expires_at, grace, session, .. } = &checked.verified;
        if expires_at.saturating_add(*grace) <= crate::now() {
            return Err(TokenError::Expired);
        }
        let revocations = &self.issuers[checked.issuer].revocations;
        let is_revoked = || session.is_some_and(|session| revocations.is_revoked(session));
        if is_revoked() {
            return Err(TokenError::Revoked);
        }
        if revocations.is_current() {
            return Ok(());
        }
        if !revocations.becomes_current().await {
            return Err(TokenError::Unavailable);
        }
        if is_revoked() { Err(TokenError::Revoked) } else { Ok(()) }
    }

    async fn check(&self, token: &str) -> Result<Arc<Checked>, Refused> {
        if token.len() > MAX_LENGTH {
            return Err(Refused::invalid(format!("it is longer than {MAX_LENGTH} bytes")));
        }
        let header = decode_header(token).map_err(|error| Refused::invalid(format!("its header: {error}")))?;
        // RFC 7515, section 4.1.11: who does not understand an extension must not believe the token.
        if header.crit.is_some() {
            return Err(Refused::invalid("its header has critical extensions"));
        }
        let claimed = jsonwebtoken::dangerous::insecure_decode_claims::<Claimed>(token);
        let Claimed { iss } = claimed.map_err(|error| Refused::invalid(format!("its claims: {error}")))?;
        let issuer = self.issuers.iter().position(|issuer| issuer.name() == iss);
        let issuer = issuer.ok_or_else(|| Refused::invalid(format!("the issuer {} is unknown", quoted(&iss))))?;
        let verified = self.issuers[issuer].check(token, header.kid.as_deref(), header.alg).await?;
        let checked = Arc::new(Checked { issuer, verified });
        self.checked().put(token.to_owned(), checked.clone());
        Ok(checked)
    }

    fn checked(&self) -> MutexGuard<'_, LruCache<String, Arc<Checked>>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
