//! The certificate authorities that are trusted when a service is called over HTTPS.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// The authorities of the web, and perhaps private ones.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<RootCertStore>);

/// Why no authority could be read.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAuthorities {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    /// The text holds none.
    #[error("no certificate authority in PEM: {0}")]
    NotPem(String),
}

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
            let certificate = certificate.map_err(|error| InvalidAuthorities::NotPem(error.to_string()))?;
            roots.add(certificate).map_err(|error| InvalidAuthorities::NotPem(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(InvalidAuthorities::NotPem("the text holds no certificate".to_owned()));
        }
        Ok(self)
    }

    /// Those of the web, and the certificates in a PEM file if there is one. Every process that calls others over HTTPS
    /// reads its private authorities by this.
    pub fn with_file(file: Option<&Path>) -> Result<Self, InvalidAuthorities> {
        let web = Self::default();
        match file {
            Some(file) => web.with_pem(&std::fs::read(file)?),
            None => Ok(web),
        }
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

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

    use super::*;
    use crate::transport::{HttpTransport, TransportError, get};

    const CA: &[u8] = include_bytes!("../../tests/tls/ca.pem");
    const SERVER: &[u8] = include_bytes!("../../tests/tls/server.pem");
    const KEY: &[u8] = include_bytes!("../../tests/tls/server.key");

    /// The address of a server whose certificate the authority in `ca.pem` has signed.
    fn server() -> String {
        let chain = CertificateDer::pem_slice_iter(SERVER).map(Result::unwrap).collect();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, stream.unwrap()));
                // A client that does not trust the certificate breaks off.
                let is_head = |line: &std::io::Result<String>| line.as_ref().is_ok_and(|line| !line.is_empty());
                if stream.by_ref().lines().take_while(is_head).count() > 0 {
                    let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello";
                    stream.get_mut().write_all(answer).unwrap();
                    stream.get_mut().flush().unwrap();
                }
            }
        });
        format!("https://{address}/")
    }

    #[tokio::test]
    async fn a_private_authority_is_trusted_where_it_is_given() {
        let address = server();
        let web = HttpTransport::new(&address).unwrap();
        match get(&web, "/").await {
            Err(TransportError::Unreachable(reason)) => assert!(reason.contains("certificate"), "{reason}"),
            ended => panic!("{ended:?}"),
        }
        let both = Authorities::default().with_pem(&[SERVER, CA].concat()).unwrap();
        let private = HttpTransport::with_authorities(&address, &both).unwrap();
        assert_eq!(get(&private, "/").await.unwrap(), "hello");
    }

    #[test]
    fn what_holds_no_certificate_is_refused() {
        for bad in [&b""[..], b"nonsense", KEY, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(Authorities::default().with_pem(bad).is_err());
        }
    }
}
