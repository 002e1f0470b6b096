//! The public keys of one signer: known from the beginning, or fetched from where they are published.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use tokio::time::Instant;

use super::{
    KeyPair, LiveKeys, PublicKey,
    fetched::{Fetched, Publishers},
    jwks,
};
use crate::transport::{Replicas, Transport};

/// The public keys of one signer.
pub struct KeySet(Source);

enum Source {
    Fixed(Vec<Arc<PublicKey>>),
    Fetched(Arc<Fetched>),
    Live(LiveKeys),
}

/// Nobody knows whether a key is the signer's: the set cannot be fetched, and the key is in none that was fetched before.
/// It says nothing about the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys cannot be fetched at the moment")]
pub struct KeysUnavailable;

impl KeySet {
    /// The keys of a process that signs for itself.
    pub fn fixed<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> Self {
        let keys = PublicKey::read_set(jwks(pairs).to_string().as_bytes()).unwrap_or_default();
        Self(Source::Fixed(keys.into_iter().map(Arc::new).collect()))
    }

    /// The keys of a process that signs for itself and changes them while it runs.
    pub fn live(keys: LiveKeys) -> Self {
        Self(Source::Live(keys))
    }

    /// Keys that another process publishes at `path`. They are fetched when they are needed, and kept while the publisher
    /// cannot be reached.
    pub fn fetched(transport: Arc<dyn Transport>, path: impl Into<String>) -> Self {
        Self(Source::Fetched(Arc::new(Fetched::new(Publishers::One { transport, path: path.into() }))))
    }

    /// Keys that all replicas behind these addresses publish, each its own, at these paths. A replica that does not answer
    /// keeps its keys for five minutes.
    pub fn published(replicas: Vec<(Replicas, String)>) -> Self {
        Self(Source::Fetched(Arc::new(Fetched::new(Publishers::All(replicas)))))
    }

    /// Whether there are keys to go by. Where there are none yet, they are fetched.
    pub async fn is_known(&self) -> bool {
        match &self.0 {
            Source::Fixed(keys) => !keys.is_empty(),
            Source::Live(keys) => !keys.current().is_empty(),
            Source::Fetched(fetched) => fetched.current().await.is_ok_and(|keys| !keys.is_empty()),
        }
    }

    /// The key that made a signature of `algorithm`: the one called `kid`, or, where the token names none, the only one
    /// that it could be. An unknown name makes the set be fetched, a bounded number of times.
    ///
    /// # Errors
    /// If that cannot be known at the moment.
    pub async fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Option<Arc<PublicKey>>, KeysUnavailable> {
        let fetched = match &self.0 {
            Source::Fixed(keys) => return Ok(pick(keys, kid, algorithm)),
            Source::Live(keys) => return Ok(pick(&keys.current(), kid, algorithm)),
            Source::Fetched(fetched) => fetched,
        };
        let arrived = Instant::now();
        let keys = fetched.current().await?;
        let found = pick(&keys, kid, algorithm);
        let is_known = kid.is_some_and(|kid| keys.iter().any(|key| key.kid.as_deref() == Some(kid)));
        if found.is_some() || is_known {
            return Ok(found);
        }
        Ok(pick(&fetched.since(arrived).await?, kid, algorithm))
    }

    /// Whether `key`, which was found here before, is still in the set. A set that was fetched long ago is fetched anew.
    pub async fn contains(&self, key: &Arc<PublicKey>) -> bool {
        match &self.0 {
            Source::Fixed(_) => true,
            Source::Live(keys) => keys.current().iter().any(|known| Arc::ptr_eq(known, key)),
            Source::Fetched(fetched) => {
                fetched.current().await.is_ok_and(|keys| keys.iter().any(|known| Arc::ptr_eq(known, key)))
            }
        }
    }
}

fn pick(keys: &[Arc<PublicKey>], kid: Option<&str>, algorithm: Algorithm) -> Option<Arc<PublicKey>> {
    let is_named = |key: &&Arc<PublicKey>| kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
    let mut fitting = keys.iter().filter(is_named).filter(|key| key.fits(algorithm));
    let first = fitting.next()?;
    (kid.is_some() || fitting.next().is_none()).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_is_found_by_its_name_or_by_being_the_only_one() {
        let (one, other) = (KeyPair::generate(), KeyPair::generate());
        let set = KeySet::fixed([&one]);
        let find = async |set: &KeySet, kid: Option<&str>, algorithm| {
            set.find(kid, algorithm).await.unwrap().and_then(|key| key.kid.clone())
        };
        assert_eq!(find(&set, Some(&one.kid), Algorithm::EdDSA).await, Some(one.kid.clone()));
        assert_eq!(find(&set, Some("another"), Algorithm::EdDSA).await, None);
        assert_eq!(find(&set, Some(&one.kid), Algorithm::ES256).await, None);
        assert_eq!(find(&set, None, Algorithm::EdDSA).await, Some(one.kid.clone()));
        assert_eq!(find(&KeySet::fixed([&one, &other]), None, Algorithm::EdDSA).await, None);
    }
}
