//! All replicas of a service: every address that the name of its host has, each asked by itself.

use std::{io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};

use super::{Authorities, HttpTransport, InvalidOrigin, TransportError, address::Address, get};

/// More addresses of one name are not asked.
const MAX_REPLICAS: usize = 64;

/// Finds the addresses of a host and port.
pub type Resolve = Arc<dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// See the module's description. Cheap to clone.
#[derive(Clone)]
pub struct Replicas {
    origin: Arc<str>,
    host: Arc<str>,
    port: u16,
    authorities: Authorities,
    resolve: Resolve,
}

/// What one replica answered.
#[derive(Debug)]
pub struct ReplicaAnswer {
    /// Which.
    pub address: SocketAddr,
    /// What.
    pub answer: Result<Bytes, TransportError>,
}

impl Replicas {
    /// The replicas behind `origin`, whose path (if any) is ignored, trusting `authorities` where it is an `https` address.
    ///
    /// # Errors
    /// If it is no `http` or `https` address.
    pub fn new(origin: &str, authorities: &Authorities) -> Result<Self, InvalidOrigin> {
        Self::with_resolver(origin, authorities, Arc::new(|host, port| Box::pin(look_up(host, port))))
    }

    /// The same, with addresses from elsewhere than the system's resolver.
    ///
    /// # Errors
    /// If it is no `http` or `https` address.
    pub fn with_resolver(origin: &str, authorities: &Authorities, resolve: Resolve) -> Result<Self, InvalidOrigin> {
        let parsed = Address::parse(origin)?.origin;
        let default_port = if parsed.scheme_str() == Some("https") { 443 } else { 80 };
        let host = parsed.host().unwrap_or_default().trim_matches(['[', ']']);
        Ok(Self {
            host: host.into(),
            port: parsed.port_u16().unwrap_or(default_port),
            origin: origin.into(),
            authorities: authorities.clone(),
            resolve,
        })
    }

    /// `GET path` from each replica at the same time, as [`get`] does. `Host` and the name that TLS asks for are the origin's,
    /// whichever address is called.
    ///
    /// # Errors
    /// If the name has no address.
    pub async fn get(&self, path: &str) -> Result<Vec<ReplicaAnswer>, TransportError> {
        let found = (self.resolve)(self.host.to_string(), self.port).await;
        let mut addresses = found.map_err(|error| TransportError::Unreachable(format!("{}: {error}", self.host)))?;
        addresses.sort_unstable();
        addresses.dedup();
        addresses.truncate(MAX_REPLICAS);
        if addresses.is_empty() {
            return Err(TransportError::Unreachable(format!("{} has no address", self.host)));
        }
        let asked = addresses.into_iter().map(async |address| {
            let transport = HttpTransport::pinned(&self.origin, &self.authorities, address);
            let answer = match transport {
                Ok(transport) => get(&transport, path).await,
                Err(error) => Err(TransportError::Unreachable(error.to_string())),
            };
            ReplicaAnswer { address, answer }
        });
        Ok(join_all(asked).await)
    }
}

async fn look_up(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((host, port)).await?.collect())
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers each request with its `Host`.
    async fn replica() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap();
                let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
                let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
                let answer =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{host}", host.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn each_address_of_a_name_is_asked_by_that_name() {
        let (one, other) = (replica().await, replica().await);
        let gone: SocketAddr = "127.0.0.1:1".parse().unwrap();
        let resolve: Resolve = Arc::new(move |host, port| {
            assert_eq!((host.as_str(), port), ("orders", 4003));
            Box::pin(async move { Ok(vec![one, gone, other, one]) })
        });
        let replicas = Replicas::with_resolver("http://orders:4003/keys", &Authorities::default(), resolve).unwrap();
        let answers = replicas.get("/keys").await.unwrap();
        assert_eq!(answers.len(), 3);
        for ReplicaAnswer { address, answer } in answers {
            match answer {
                Ok(body) => assert!(address != gone && body == "orders:4003", "{address}: {body:?}"),
                Err(error) => assert_eq!(address, gone, "{error}"),
            }
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_an_error() {
        let resolve: Resolve = Arc::new(|_, _| Box::pin(async { Ok(Vec::new()) }));
        let replicas = Replicas::with_resolver("http://orders", &Authorities::default(), resolve).unwrap();
        assert!(replicas.get("/").await.is_err());
        assert!(Replicas::new("orders", &Authorities::default()).is_err());
        let literal = Replicas::new("http://[::1]:81/x", &Authorities::default()).unwrap();
        assert_eq!((&*literal.host, literal.port), ("::1", 81));
    }
}
