//! Whom a subgraph believes: the keys of those who sign access tokens and of the processes that may call it.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{Router, routing::get};
use runtime::private;
use schema::{
    Revocations, RevokedSessions, Transport,
    keys::{KeyPair, KeySet, jwks},
    revocation::Follower,
    service::{ServiceSigner, ServiceVerifier},
    token::{AUDIENCE, ISSUER, Verifier},
    transport::{Authorities, HttpTransport, Replicas, redacted},
};

use crate::data;

/// What a subgraph checks its callers with.
#[derive(Clone)]
pub struct Trust {
    /// Checks access tokens.
    pub verifier: Arc<Verifier>,
    /// Checks service tokens.
    pub services: Arc<ServiceVerifier>,
}

/// Whose certificates a process believes when it calls another over HTTPS.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct AuthorityArgs {
    /// A PEM file of certificate authorities that are trusted, beside those of the web, for calls to other services and
    /// key sets
    #[arg(long, env = "SUBGRAPH_CA", value_name = "FILE")]
    pub subgraph_ca: Option<PathBuf>,
}

impl AuthorityArgs {
    /// The authorities.
    ///
    /// # Errors
    /// If the file cannot be read or holds none.
    pub fn authorities(&self) -> anyhow::Result<Authorities> {
        let file = self.subgraph_ca.as_deref();
        Authorities::with_file(file)
            .with_context(|| format!("--subgraph-ca {}", file.unwrap_or(Path::new("")).display()))
    }
}

/// The settings of a subgraph that is a process of its own.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TrustArgs {
    /// Where the keys of access tokens are published
    #[arg(long, env = "JWKS_URL", value_name = "URL")]
    pub jwks_url: Option<String>,

    /// Where users serves its log of revocations (`http://USERS/internal/revocations`): sessions that end there end here
    /// within seconds. Without it their access tokens are believed until they expire
    #[arg(long, env = "REVOCATIONS_URL", value_name = "URL")]
    pub revocations_url: Option<String>,

    /// Where the log was not heard for longer, requests with access tokens are answered with UNAVAILABLE, in seconds
    #[arg(
        long,
        env = "REVOCATIONS_TIMEOUT_SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(2..=3600),
        value_name = "N"
    )]
    pub revocations_timeout_seconds: u64,

    /// A service that may call this one, and where it publishes its keys (repeatable; in the variable: separated by
    /// commas). Every address of the host is asked, so replicas may have keys of their own; so may those of several URLs of
    /// one name
    #[arg(long = "trust", env = "TRUSTED_SERVICES", value_delimiter = ',', value_name = "NAME=URL")]
    pub trusted_services: Vec<String>,

    /// The Ed25519 private key (PKCS#8 PEM) with which this process proves who it is; made at the first start. Replicas may
    /// share one [default: a key that lives as long as the process]
    #[arg(long, env = "SERVICE_KEY_FILE", value_name = "FILE")]
    pub service_key_file: Option<PathBuf>,

    /// Whom it believes to be whom it calls.
    #[command(flatten)]
    pub authorities: AuthorityArgs,
}

impl TrustArgs {
    /// The trust of the process called `name`, which learns of access tokens from `--jwks-url`.
    pub fn trust(&self, name: &str, revocations: Arc<dyn Revocations>) -> anyhow::Result<Trust> {
        let url = self.jwks_url.as_deref().context("--jwks-url is missing: where are the keys of access tokens?")?;
        let keys = KeySet::published(vec![replicas(url, &self.authorities.authorities()?).context("--jwks-url")?]);
        self.trust_with(name, keys, revocations)
    }

    /// The same for a process that holds the keys of access tokens itself.
    pub fn trust_with(&self, name: &str, keys: KeySet, revocations: Arc<dyn Revocations>) -> anyhow::Result<Trust> {
        let verifier = Arc::new(Verifier::new(keys, ISSUER, AUDIENCE, revocations));
        let authorities = self.authorities.authorities()?;
        let mut published = BTreeMap::<&str, Vec<_>>::new();
        for entry in self.trusted_services.iter().filter(|entry| !entry.trim().is_empty()) {
            let (who, url) =
                entry.split_once('=').with_context(|| format!("--trust {:?} is not NAME=URL", redacted(entry)))?;
            let replicas = replicas(url, &authorities).with_context(|| format!("--trust {}", redacted(entry)))?;
            published.entry(who.trim()).or_default().push(replicas);
        }
        let services = published.into_iter().fold(ServiceVerifier::new(name), |services, (who, replicas)| {
            services.trust(who, KeySet::published(replicas))
        });
        Ok(Trust { verifier, services: Arc::new(services) })
    }

    /// The sessions that have ended: those of the log at `--revocations-url`, which is followed from now on as the process
    /// that `signer` speaks for; else none.
    pub fn revocations(&self, signer: &Arc<ServiceSigner>) -> anyhow::Result<Arc<dyn Revocations>> {
        let Some(url) = &self.revocations_url else {
            tracing::warn!(
                "no --revocations-url: an access token is believed until it expires, also when its session ends"
            );
            return Ok(Arc::new(RevokedSessions::default()));
        };
        let (transport, path) = at(url, &self.authorities.authorities()?).context("--revocations-url")?;
        let patience = Duration::from_secs(self.revocations_timeout_seconds);
        let (follower, revocations) = Follower::new(transport, &path, signer.clone(), patience);
        tokio::spawn(follower.run());
        Ok(revocations)
    }

    /// Signs as `name`, with the key of `--service-key-file` or one that lives as long as the process.
    pub fn signer(&self, name: &str) -> anyhow::Result<Arc<ServiceSigner>> {
        let pair = match &self.service_key_file {
            Some(file) => key_pair(file)?,
            None => KeyPair::generate(),
        };
        Ok(Arc::new(ServiceSigner::new(name, pair)))
    }
}

/// Those who publish keys at `url`, and the path.
fn replicas(url: &str, authorities: &Authorities) -> anyhow::Result<(Replicas, String)> {
    let (replicas, path) = (Replicas::new(url.trim(), authorities)?, path_of(url)?);
    Ok((replicas, if path == "/" { "/.well-known/jwks.json".to_owned() } else { path }))
}

/// The way to a URL, and its path.
fn at(url: &str, authorities: &Authorities) -> anyhow::Result<(Arc<dyn Transport>, String)> {
    Ok((Arc::new(HttpTransport::with_authorities(url, authorities)?), path_of(url)?))
}

fn path_of(url: &str) -> anyhow::Result<String> {
    let uri: http::Uri = url.trim().parse()?;
    Ok(uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned())
}

/// The pair in `file`, which is made (readable by its owner only) where it does not exist. Processes that start together on
/// one file agree on what the first of them has made.
pub fn key_pair(file: &Path) -> anyhow::Result<KeyPair> {
    let read = || std::fs::read_to_string(file);
    let mut found = read();
    if found.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        let made = private::write_new(file, &KeyPair::generate().to_pem());
        match made {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("cannot write {}", file.display()));
            }
            _ => found = read(),
        }
    }
    let pem = found.with_context(|| format!("cannot read {}", file.display()))?;
    data::close_key_file(file);
    KeyPair::from_pem(&pem).with_context(|| format!("{}", file.display()))
}

/// Serves the public halves of `pairs` at `/.well-known/jwks.json`.
pub fn jwks_route<'a>(pairs: impl IntoIterator<Item = &'a KeyPair>) -> Router {
    let document = jwks(pairs).to_string();
    let answer = move || {
        let document = document.clone();
        async move { ([(http::header::CONTENT_TYPE, "application/json")], document) }
    };
    Router::new().route("/.well-known/jwks.json", get(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_read_after() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys/service.pem");
        let made = key_pair(&file).unwrap();
        assert_eq!(key_pair(&file).unwrap().kid, made.kid);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let shared = folder.path().join("shared.pem");
        let kids: Vec<_> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..8).map(|_| scope.spawn(|| key_pair(&shared).unwrap().kid)).collect();
            starting.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(kids.iter().all(|kid| *kid == kids[0]), "{kids:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        std::fs::write(&file, "nonsense").unwrap();
        let error = key_pair(&file).err().unwrap();
        assert!(format!("{error:#}").contains("service.pem"), "{error:#}");
    }

    /// The address of a server over TLS that publishes the public half of `pair`. Its certificate is signed by the authority
    /// in `ca.pem`.
    fn publisher(pair: &KeyPair) -> String {
        use rustls::{
            ServerConfig, ServerConnection, StreamOwned,
            pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        };
        use std::io::{BufRead as _, BufReader, Read as _, Write as _};
        let body = jwks([pair]).to_string();
        let chain = CertificateDer::pem_slice_iter(include_bytes!("../../../schema/tests/tls/server.pem"));
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../../schema/tests/tls/server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(chain.map(Result::unwrap).collect(), key);
        let config = Arc::new(config.unwrap());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, stream.unwrap()));
                // A client that does not trust the certificate breaks off.
                let is_head = |line: &std::io::Result<String>| line.as_ref().is_ok_and(|line| !line.is_empty());
                if stream.by_ref().lines().take_while(is_head).count() > 0 {
                    let head =
                        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                    stream.get_mut().write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).unwrap();
                    stream.get_mut().flush().unwrap();
                }
            }
        });
        format!("https://{address}/jwks.json")
    }

    #[tokio::test]
    async fn keys_are_fetched_over_https_from_whom_a_private_authority_vouches_for() {
        let pair = KeyPair::generate();
        let url = publisher(&pair);
        let signer = ServiceSigner::new("orders", pair);
        let token = signer.token("products");
        let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/tests/tls/ca.pem");
        for (subgraph_ca, believed) in [(None, false), (Some(ca.into()), true)] {
            let args = TrustArgs {
                trusted_services: vec![format!("orders={url}")],
                authorities: AuthorityArgs { subgraph_ca },
                ..TrustArgs::default()
            };
            let trust = args.trust_with("products", KeySet::fixed([]), Arc::new(RevokedSessions::default())).unwrap();
            let caller = trust.services.verify(&token).await.ok().flatten();
            assert_eq!(caller.as_deref(), believed.then_some("orders"));
        }
        let args = TrustArgs {
            authorities: AuthorityArgs { subgraph_ca: Some("nowhere.pem".into()) },
            ..TrustArgs::default()
        };
        let error = args.trust_with("products", KeySet::fixed([]), Arc::new(RevokedSessions::default())).err().unwrap();
        assert_eq!(error.to_string(), "--subgraph-ca nowhere.pem");
    }

    #[test]
    fn a_bad_setting_is_named() {
        let revocations = || Arc::new(schema::RevokedSessions::default());
        let args = TrustArgs { trusted_services: vec!["orders".into()], ..TrustArgs::default() };
        let error = args.trust_with("products", KeySet::fixed([]), revocations()).err().unwrap();
        assert_eq!(error.to_string(), "--trust \"orders\" is not NAME=URL");
        assert!(args.trust("products", revocations()).err().unwrap().to_string().contains("--jwks-url"));
    }
}
