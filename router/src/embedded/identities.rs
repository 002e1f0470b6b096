//! Who may call whom. The keys live as long as the process: nobody outside of it needs them.

use std::sync::Arc;

use schema::{
    keys::{KeyPair, KeySet},
    service::{ServiceSigner, ServiceVerifier},
};

/// The processes that would call others, each with a key of its own, as if they were processes.
pub(super) struct Identities {
    /// The router.
    pub router: Arc<ServiceSigner>,
    /// Orders, which calls products and users.
    pub orders: Arc<ServiceSigner>,
}

impl Identities {
    pub fn generate() -> Self {
        let signer = |name| Arc::new(ServiceSigner::new(name, KeyPair::generate()));
        Self { router: signer("router"), orders: signer("orders") }
    }

    /// What the domain `name` checks its callers with.
    pub fn trusted_by(&self, name: &str) -> Arc<ServiceVerifier> {
        let trust = |verifier: ServiceVerifier, signer: &ServiceSigner| {
            verifier.trust(signer.name(), KeySet::fixed([signer.key_pair()]))
        };
        let verifier = trust(ServiceVerifier::new(name), &self.router);
        Arc::new(if name == "orders" { verifier } else { trust(verifier, &self.orders) })
    }
}
