//! The public keys of a process that signs for itself and changes its keys while it runs.

use std::sync::{Arc, PoisonError, RwLock};

use super::{KeyPair, PublicKey, fetched::Keys, jwks};

/// Keys that can be replaced. Clones are the same keys.
#[derive(Clone)]
pub struct LiveKeys(Arc<RwLock<Keys>>);

impl LiveKeys {
    /// Begins with the public halves of `pairs`.
    pub fn new<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> Self {
        let keys = Self(Arc::new(RwLock::new(Keys::default())));
        keys.replace(pairs);
        keys
    }

    /// From now on these are the keys. One that was among them before stays the same allocation.
    pub fn replace<'a>(&self, pairs: impl IntoIterator<Item = &'a KeyPair>) {
        let read = PublicKey::read_set(jwks(pairs).to_string().as_bytes()).unwrap_or_default();
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = |key: &PublicKey| keys.iter().find(|known| ***known == *key).cloned();
        *keys = read.into_iter().map(|key| known(&key).unwrap_or_else(|| Arc::new(key))).collect();
    }

    pub(super) fn current(&self) -> Keys {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
