//! The certificate authorities that are trusted when a service is called over HTTPS.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// The authorities of the web, and perhaps private ones.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<RootCertStore>);

/// A PEM text from which no authority could be read.
#[derive(Debug, thiserror::Error)]
#[error("no certificate authority in PEM: {0}")]
pub struct InvalidAuthorities(String);

impl Default for Authorities {
    /// Those of the web alone.
    fn default() -> Self {
        Self(Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }))
    }
}

impl Authorities {
    /// Trusts the certificates in `pem` (one or many) as well.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, InvalidAuthorities> {
        let roots = Arc::make_mut(&mut self.0);
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| InvalidAuthorities(error.to_string()))?;
            roots.add(certificate).map_err(|error| InvalidAuthorities(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(InvalidAuthorities("the text holds no certificate".to_owned()));
        }
        Ok(self)
    }

    /// What a connection over TLS is made with.
    pub(super) fn client(&self) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring offers the default versions")
            .with_root_certificates(self.0.clone())
            .with_no_client_auth()
    }
}
