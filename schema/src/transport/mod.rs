//! How one process calls another, or a part of the same process: an HTTP request in, an HTTP response out, whose bodies
//! may be streams.
//!
//! In-process and over the network the same headers, bodies and limits are exercised: [`InProcess`] drives the very
//! tower service that serves HTTP in production. [`call`] is for those who want a whole response. GraphQL is none of
//! its business.

mod address;
mod authorities;
mod body;
mod call;
pub mod clock_skew;
mod error;
mod gzip;
mod http_client;
mod in_process;
mod pool;
mod replicas;

use futures_util::future::BoxFuture;

pub use self::{
    address::{InvalidOrigin, redacted},
    authorities::{Authorities, InvalidAuthorities},
    body::Body,
    call::{call, get},
    error::TransportError,
    http_client::HttpTransport,
    in_process::InProcess,
    replicas::{ReplicaAnswer, Replicas, Resolve},
};

/// A request whose URI is a path (and query); the transport knows the rest of the address.
pub type Request = http::Request<Body>;
/// A response, whose body may still be arriving.
pub type Response = http::Response<Body>;

/// The bound of a response that is read as a whole, in bytes, where nothing else is said.
pub const MAX_RESPONSE: usize = 64 * 1024 * 1024;

/// The way to one other service.
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`; the response comes back when its head is there. Neither sending nor reading has a limit of time:
    /// that is the caller's. Dropping the future, or the body, abandons the call.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>>;

    /// What the service can observe of a request, which decides when two requests are equal.
    fn observes(&self) -> Observed {
        Observed::Anything
    }
}

/// What a service can observe of the requests that it gets. Two requests with equal observations get equal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Perhaps more than stands in the request, such as a task-local or a header that a layer adds. So no two requests
    /// are known to be equal.
    Anything,
    /// Method, path, headers and body, as a service beyond the network does.
    Message,
    /// The message, and the [`Caller`](crate::Caller) in the request's extensions.
    MessageAndCaller,
}

/// An extension of a request that may be sent twice without harm although its method is not safe (RFC 9110, section
/// 9.2.2), as a GraphQL query by `POST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeatable;
