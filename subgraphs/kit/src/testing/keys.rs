//! Keys of a test's own: signs what a subgraph under test believes.

use std::sync::Arc;

use schema::{
    RevokedSessions,
    keys::{KeyPair, KeySet},
    service::{ServiceSigner, ServiceVerifier},
    token::{AUDIENCE, Claims, ISSUER, MAX_LIFE, Verifier, sign},
};
use uuid::Uuid;

use crate::{Clock, random, trust::Trust};

/// The keys of users' tokens and of the services `router`, `orders` and any others that are named.
pub struct TestKeys {
    access: KeyPair,
    services: Vec<Arc<ServiceSigner>>,
    /// Sessions that the trust made here no longer believes.
    pub revoked: Arc<RevokedSessions>,
}

impl Default for TestKeys {
    fn default() -> Self {
        Self::for_services(&["router", "orders"])
    }
}

impl TestKeys {
    /// New keys, and one for each of `names`.
    pub fn for_services(names: &[&str]) -> Self {
        let signer = |name: &&str| Arc::new(ServiceSigner::new(*name, KeyPair::generate()));
        Self {
            access: KeyPair::generate(),
            services: names.iter().map(signer).collect(),
            revoked: Arc::new(RevokedSessions::default()),
        }
    }

    /// What the subgraph called `name` has to be given to believe these keys.
    pub fn trust(&self, name: &str) -> Trust {
        let verifier = Verifier::new(KeySet::fixed([&self.access]), ISSUER, AUDIENCE, self.revoked.clone());
        let services = self.services.iter().fold(ServiceVerifier::new(name), |services, signer| {
            services.trust(signer.name(), KeySet::fixed([signer.key_pair()]))
        });
        Trust { verifier: Arc::new(verifier), services: Arc::new(services) }
    }

    /// The signer of the service called `name`.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn signer(&self, name: &str) -> Arc<ServiceSigner> {
        self.services.iter().find(|signer| signer.name() == name).expect("a service with a key").clone()
    }

    /// The value of an `Authorization` header for a user.
    pub fn authorization(&self, user: Uuid, roles: &[&str], scopes: &[&str]) -> String {
        let now = Clock::system().now().timestamp();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: random::uuid(),
            iat: now,
            exp: now + MAX_LIFE,
            roles: roles.iter().map(ToString::to_string).collect(),
            scope: scopes.join(" "),
        };
        format!("Bearer {}", sign(&claims, &self.access).expect("an Ed25519 key always signs"))
    }
}
