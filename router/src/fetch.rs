//! One request to one subgraph: its headers, its body, and its answer read into rows.
//!
//! The caller's token travels on as it came; everything else is made here, so nothing that a client calls
//! `rialto-*` ever arrives. It refuses to know why a fetch is made.

mod in_flight;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use schema::{
    Transport, TransportError,
    service::{ADDRESS_HEADER, DEADLINE_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER},
};
use tokio::time::Instant;

use self::in_flight::{Answered, InFlight, Key};
use crate::{
    error::Code,
    execute::{
        cause::Cause,
        json::{self, Answer, Malformed},
        rows::Value,
    },
    plan::Shape,
    request::RequestContext,
};

/// How one subgraph is reached.
#[derive(Clone)]
pub struct SubgraphTarget {
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// The path of its GraphQL endpoint.
    pub path: String,
}

/// A subgraph, ready to be called.
pub struct Subgraph {
    /// Its name in the supergraph.
    pub name: Arc<str>,
    transport: Arc<dyn Transport>,
    uri: Uri,
    /// The headers that never change.
    headers: HeaderMap,
    /// Signs the router's own statements.
    signer: Option<Arc<schema::service::ServiceSigner>>,
    in_flight: InFlight,
}

/// A path that is none.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a path")]
pub struct InvalidPath(String);

/// Leave to join equal reads of other requests.
#[derive(Clone, Copy, Debug)]
pub struct Sharing {
    /// How many mutations had ended when this request began.
    pub mutations: u64,
    /// From then on this request's time is too short to read for others, who have more.
    pub until: Instant,
}

/// Why a call brought no answer. For the log; clients see a [`Cause`].
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No whole response came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// What came is not GraphQL.
    #[error("the answer (status {status}) is not GraphQL: {error}")]
    Malformed {
        /// The response's status.
        status: StatusCode,
        /// What is wrong with its body.
        error: Malformed,
    },
    /// What came has neither data nor errors.
    #[error("the answer (status {status}) has neither data nor errors")]
    Empty {
        /// The response's status.
        status: StatusCode,
    },
}

impl Subgraph {
    /// A subgraph by the name that it has in the supergraph.
    pub fn new(
        name: Arc<str>,
        target: &SubgraphTarget,
        signer: Option<Arc<schema::service::ServiceSigner>>,
    ) -> Result<Self, InvalidPath> {
        let uri = target.path.parse().map_err(|_| InvalidPath(target.path.clone()))?;
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json.clone()), (header::ACCEPT, json)]);
        Ok(Self { name, transport: target.transport.clone(), uri, headers, signer, in_flight: InFlight::default() })
    }

    /// Sends `body` and reads the answer as `shapes`. What a client may know of a failure comes back, the rest is logged.
    pub async fn call(
        &self,
        shapes: &Arc<[Shape]>,
        body: Bytes,
        context: &RequestContext,
        deadline: Instant,
        sharing: Option<Sharing>,
    ) -> Result<Arc<Answer>, Cause> {
        let now = Instant::now();
        let left = deadline.saturating_duration_since(now);
        if left.is_zero() {
            return Err(self.tell(&TransportError::Timeout.into(), context));
        }
        let send = |body| self.send(shapes.clone(), body, context, left);
        let answer = async {
            let Some(Sharing { mutations, .. }) = sharing.filter(|sharing| now < sharing.until) else {
                return send(body).await;
            };
            let caller = &context.caller;
            let key = Key {
                body,
                authorization: context.authorization.clone(),
                viewer: caller.viewer.clone(),
                address: caller.address.filter(|_| self.signer.is_some()),
                mutations,
            };
            self.in_flight.join(key, shapes, send).await
        };
        let answered = tokio::time::timeout_at(deadline, answer).await;
        let answered = answered.unwrap_or_else(|_| Err(Arc::new(TransportError::Timeout.into())));
        answered.map_err(|failure| self.tell(&failure, context))
    }

    fn send(
        &self,
        shapes: Arc<[Shape]>,
        body: Bytes,
        context: &RequestContext,
        left: Duration,
    ) -> BoxFuture<'static, Answered> {
        let sent = self.transport.send(self.request(body, context, left));
        async move {
            let response = sent.await.map_err(|error| Arc::new(error.into()))?;
            let status = response.status();
            match json::read(response.body(), &shapes) {
                Ok(answer) if answer.data != Value::Row(0) && answer.errors.is_none() => {
                    Err(Arc::new(Failure::Empty { status }))
                }
                Ok(answer) => Ok(Arc::new(answer)),
                Err(error) => Err(Arc::new(Failure::Malformed { status, error })),
            }
        }
        .boxed()
    }

    fn request(&self, body: Bytes, context: &RequestContext, left: Duration) -> schema::transport::Request {
        let mut request = http::Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        let mut add = |name, value: Result<HeaderValue, _>| {
            if let Ok(value) = value {
                headers.insert(name, value);
            }
        };
        add(DEADLINE_HEADER, Ok(u64::try_from(left.as_millis()).unwrap_or(u64::MAX).into()));
        add(REQUEST_ID_HEADER, HeaderValue::from_str(&context.caller.request_id));
        if let Some(signer) = &self.signer {
            add(SERVICE_HEADER, HeaderValue::from_str(&signer.token(&self.name)));
            if let Some(address) = context.caller.address {
                add(ADDRESS_HEADER, HeaderValue::from_str(&address.to_string()));
            }
        }
        if let Some(authorization) = &context.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        request.extensions_mut().insert(context.caller.clone());
        request
    }

    fn tell(&self, failure: &Failure, context: &RequestContext) -> Cause {
        tracing::warn!(
            subgraph = %self.name, request_id = %context.caller.request_id, error = %failure, "the subgraph failed"
        );
        let (code, what) = match failure {
            Failure::Transport(TransportError::Timeout) => (Code::Timeout, "did not answer in time"),
            Failure::Transport(TransportError::TooLarge { .. }) => (Code::Internal, "answered with too much"),
            Failure::Transport(TransportError::Unreachable(_)) => (Code::Unavailable, "does not answer"),
            Failure::Malformed { status, .. } => (code_of(*status), "gave an answer that could not be understood"),
            Failure::Empty { status } => (code_of(*status), "gave an answer that holds no data"),
        };
        Cause::new(code, format!("The subgraph {:?} {what}.", self.name), Some(&self.name))
    }
}

/// What an answer that is none means.
fn code_of(status: StatusCode) -> Code {
    if status.is_server_error() { Code::Unavailable } else { Code::Internal }
}
