//! How one process calls another, or a part of the same process: a whole HTTP request in, a whole response out.
//!
//! In-process and over the network the same headers, bodies and limits are exercised: [`InProcess`] drives the very
//! tower service that serves HTTP in production. GraphQL is none of its business.

mod http_client;
mod in_process;
mod pool;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use self::{
    http_client::{HttpTransport, InvalidOrigin},
    in_process::InProcess,
};

/// A request whose URI is a path (and query); the transport knows the rest of the address.
pub type Request = http::Request<Bytes>;
/// A response, read to its end.
pub type Response = http::Response<Bytes>;

/// The bound of a response, in bytes, unless a transport says otherwise.
pub const MAX_RESPONSE: usize = 64 * 1024 * 1024;

/// The way to one other service.
pub trait Transport: Send + Sync + 'static {
    /// Sends `request` and reads the whole response. Dropping the future abandons the call.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>>;
}

/// Why no response came back. What went wrong in detail is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nobody listens there, or the connection broke.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// No whole response within the time allowed.
    #[error("the service did not answer in time")]
    Timeout,
    /// The response is larger than allowed.
    #[error("the response is larger than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
}

/// `GET path`, insisting on a status of 200.
pub async fn get(transport: &dyn Transport, path: &str) -> Result<Bytes, TransportError> {
    let request =
        http::Request::get(path).body(Bytes::new()).map_err(|error| TransportError::Unreachable(error.to_string()))?;
    let response = transport.send(request).await?;
    if response.status() == http::StatusCode::OK {
        Ok(response.into_body())
    } else {
        Err(TransportError::Unreachable(format!("status {}", response.status())))
    }
}
