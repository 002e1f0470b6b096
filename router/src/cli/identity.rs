//! How the router proves to subgraphs who it is: an Ed25519 key of its own.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use runtime::private;
use schema::{keys::KeyPair, service::ServiceSigner};

/// The name under which the router signs, which subgraphs must trust.
pub(super) const SERVICE_NAME: &str = "router";

/// The router's own key, made where the file does not exist yet.
pub(super) fn signer(file: &Path) -> anyhow::Result<Arc<ServiceSigner>> {
    let pair = match std::fs::read_to_string(file) {
        Ok(pem) => {
            if private::is_open_to_others(file).unwrap_or(false) {
                tracing::warn!(path = %file.display(), "others can read this private key");
            }
            KeyPair::from_pem(&pem).with_context(|| format!("{}", file.display()))?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let pair = KeyPair::generate();
            private::write_new(file, &pair.to_pem()).with_context(|| format!("cannot write {}", file.display()))?;
            pair
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    Ok(Arc::new(ServiceSigner::new(SERVICE_NAME, pair)))
}

/// A key that lives as long as the process.
pub(super) fn temporary() -> Arc<ServiceSigner> {
    Arc::new(ServiceSigner::new(SERVICE_NAME, KeyPair::generate()))
}
