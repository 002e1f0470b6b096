//! Calls a service over HTTP/1.1 (or HTTPS), with kept connections, a time limit and a size limit.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderValue, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::{Body as _, Incoming},
    client::conn::http1,
};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use tower::Service as _;

use super::{
    MAX_RESPONSE, Request, Response, Transport, TransportError,
    pool::{Connection, Pool},
};

/// One origin (`http://host:port`), reached over the network.
#[derive(Clone)]
pub struct HttpTransport {
    way: Arc<Way>,
    timeout: Duration,
    max_response: usize,
}

/// What all clones share.
struct Way {
    connector: HttpsConnector<HttpConnector>,
    origin: Uri,
    host: HeaderValue,
    pool: Pool,
}

/// The address is not an absolute `http` or `https` URL.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an http:// or https:// address")]
pub struct InvalidOrigin(String);

impl HttpTransport {
    /// The default time for a whole call.
    pub const TIMEOUT: Duration = Duration::from_secs(15);
    /// For how long an idle connection is kept.
    const IDLE: Duration = Duration::from_secs(30);

    /// Calls `origin`, whose path (if any) is ignored: the request says which one.
    pub fn new(origin: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(origin.to_owned());
        let origin: Uri = origin.trim().parse().map_err(|_| invalid())?;
        let authority = origin.authority().ok_or_else(invalid)?;
        if !matches!(origin.scheme_str(), Some("http" | "https")) {
            return Err(invalid());
        }
        // Credentials in an address are not part of the host's name.
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        let host = HeaderValue::from_str(host).map_err(|_| invalid())?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(Duration::from_secs(3)));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let way = Arc::new(Way { connector, origin, host, pool: Pool::new(Self::IDLE) });
        Ok(Self { way, timeout: Self::TIMEOUT, max_response: MAX_RESPONSE })
    }

    /// Replaces the time limit of a whole call.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Replaces the bound of a response, in bytes.
    #[must_use]
    pub fn with_max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let Self { way, timeout, max_response } = self.clone();
        async move {
            tokio::time::timeout(timeout, way.call(request, max_response)).await.map_err(|_| TransportError::Timeout)?
        }
        .boxed()
    }
}

impl Way {
    async fn call(&self, request: Request, limit: usize) -> Result<Response, TransportError> {
        let mut request = request.map(Full::new);
        request.headers_mut().insert(header::HOST, self.host.clone());
        // The other side may hang up at the moment of asking. What was not sent then is sent on the next connection.
        while let Some(mut connection) = self.pool.take() {
            if connection.ready().await.is_err() {
                continue;
            }
            match connection.try_send_request(request).await {
                Ok(response) => return self.read(response, connection, limit).await,
                Err(mut failed) => match failed.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(unreachable(failed.into_error())),
                },
            }
        }
        let mut connection = self.connect().await?;
        let response = connection.send_request(request).await.map_err(unreachable)?;
        self.read(response, connection, limit).await
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let stream = self.connector.clone().call(self.origin.clone()).await.map_err(unreachable)?;
        let (connection, driver) = http1::handshake(stream).await.map_err(unreachable)?;
        // An error of the connection reaches whoever waits for its answer.
        tokio::spawn(driver.map(drop));
        Ok(connection)
    }

    /// Reads the answer to its end; only then can the connection serve another.
    async fn read(
        &self,
        response: http::Response<Incoming>,
        connection: Connection,
        limit: usize,
    ) -> Result<Response, TransportError> {
        let (head, mut body) = response.into_parts();
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(TransportError::TooLarge { limit });
        }
        let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(unreachable)?.into_data() else { continue };
            if first.len() + rest.len() + data.len() > limit {
                return Err(TransportError::TooLarge { limit });
            }
            if first.is_empty() && rest.is_empty() {
                first = data;
                continue;
            }
            if rest.is_empty() {
                rest.reserve(announced.max(first.len() + data.len()));
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
        self.pool.give_back(connection);
        Ok(Response::from_parts(head, if rest.is_empty() { first } else { rest.freeze() }))
    }
}

/// The whole chain of causes: "client error (Connect)" alone helps nobody.
fn unreachable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    let error = error.into();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    TransportError::Unreachable(text)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// A server that answers `body` to so many requests per connection, then hangs up, and counts its connections.
    async fn server(body: &'static str, per_connection: usize) -> (HttpTransport, tokio::sync::watch::Receiver<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let transport = HttpTransport::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (count, counted) = tokio::sync::watch::channel(0);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                count.send_modify(|count| *count += 1);
                for _ in 0..per_connection {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        (transport, counted)
    }

    async fn get(transport: &HttpTransport) -> Result<Bytes, TransportError> {
        super::super::get(transport, "/").await
    }

    #[tokio::test]
    async fn a_connection_serves_one_call_after_the_other() {
        let (transport, connections) = server("hello", 2).await;
        for _ in 0..2 {
            assert_eq!(get(&transport).await.unwrap(), "hello");
        }
        assert_eq!(*connections.borrow(), 1);
    }

    #[tokio::test]
    async fn a_connection_that_was_closed_is_replaced() {
        let (transport, connections) = server("hello", 1).await;
        for _ in 0..3 {
            assert_eq!(get(&transport).await.unwrap(), "hello");
            // The other side hangs up; whether that is seen before or while asking again makes no difference.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(*connections.borrow(), 3);
    }

    #[tokio::test]
    async fn too_much_is_refused_and_its_connection_not_used_again() {
        let (transport, connections) = server("hello", 1).await;
        let narrow = transport.clone().with_max_response(4);
        assert!(matches!(get(&narrow).await, Err(TransportError::TooLarge { limit: 4 })));
        assert_eq!(get(&transport.with_max_response(5)).await.unwrap(), "hello");
        assert_eq!(*connections.borrow(), 2);
    }
}
