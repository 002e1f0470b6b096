//! One request to one subgraph: its headers, its body, and its answer read into rows.
//!
//! The caller's token travels on as it came, and the subgraph's own cookies; everything else is made here, so nothing that a
//! client calls `rialto-*` ever arrives. It refuses to know why a fetch is made.

mod in_flight;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use schema::{
    Transport, TransportError,
    service::{ADDRESS_HEADER, DEADLINE_HEADER, ORIGIN_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER},
    transport::{self, Observed, Repeatable},
};
use tokio::time::Instant;

use self::in_flight::{Entered, Flight, InFlight, Key, Sender};
use crate::{
    cookies::Cookies,
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
    /// The longest answer that is read, in bytes.
    max_response: usize,
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
    /// What came begins with a byte order mark, which JSON must not (RFC 8259, section 8.1).
    #[error("the answer (status {status}) begins with a byte order mark")]
    ByteOrderMark {
        /// The response's status.
        status: StatusCode,
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
        max_response: usize,
    ) -> Result<Self, InvalidPath> {
        let uri = target.path.parse().map_err(|_| InvalidPath(target.path.clone()))?;
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([
            (header::CONTENT_TYPE, json.clone()),
            (header::ACCEPT, json),
            (header::ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
        ]);
        Ok(Self {
            name,
            transport: target.transport.clone(),
            uri,
            headers,
            signer,
            max_response,
            in_flight: InFlight::default(),
        })
    }

    /// Sends `body` and reads the answer as `shapes`. What a client may know of a failure comes back, the rest is logged.
    /// A `repeatable` request may be sent once more where the subgraph closes a kept connection instead of answering.
    pub async fn call(
        &self,
        shapes: &Arc<[Shape]>,
        body: Bytes,
        context: &RequestContext,
        deadline: Instant,
        sharing: Option<Sharing>,
        repeatable: bool,
    ) -> Result<Arc<Answer>, Cause> {
        let now = Instant::now();
        if now >= deadline {
            return Err(self.tell(&TransportError::Timeout.into(), context));
        }
        let cookies = context.cookies.as_ref().filter(|cookies| cookies.concern(&self.name));
        let send = || {
            let request = self.request(body.clone(), context, deadline, repeatable);
            self.send(shapes.clone(), request, cookies.cloned())
        };
        let mutations = sharing.filter(|sharing| now < sharing.until).map(|sharing| sharing.mutations);
        let answer = async {
            let Some(key) = mutations.and_then(|mutations| self.key(body.clone(), context, mutations)) else {
                return send().await;
            };
            match self.in_flight.enter(key, shapes, deadline, send) {
                Entered::Leads(flight) => flight.await,
                Entered::Follows(followed) => match followed.answer(deadline).await {
                    Some(answered) => answered,
                    None => send().await,
                },
                Entered::Apart => send().await,
            }
        };
        let answered = tokio::time::timeout_at(deadline, answer).await;
        let answered = answered.unwrap_or_else(|_| Err(Arc::new(TransportError::Timeout.into())));
        answered.map_err(|failure| self.tell(&failure, context))
    }

    /// All that decides the answer to a read; `None` if the subgraph can observe what nobody here knows of, or may set cookies,
    /// which are one client's.
    fn key(&self, body: Bytes, context: &RequestContext, mutations: u64) -> Option<Key> {
        let sender = match self.transport.observes() {
            Observed::Anything => return None,
            _ if context.cookies.as_ref().is_some_and(|cookies| cookies.concern(&self.name)) => return None,
            Observed::Message if self.signer.is_some() => Sender::Client(context.caller.clone()),
            Observed::Message => Sender::Nobody,
            Observed::MessageAndCaller => Sender::Caller(context.caller.clone()),
        };
        Some(Key { body, authorization: context.authorization.clone(), sender, mutations })
    }

    fn send(&self, shapes: Arc<[Shape]>, request: transport::Request, cookies: Option<Cookies>) -> Flight {
        let (name, transport, max_response) = (self.name.clone(), self.transport.clone(), self.max_response);
        async move {
            let response = transport::call(&*transport, request, max_response).await;
            let response = response.map_err(|error| Arc::new(error.into()))?;
            let status = response.status();
            if let Some(cookies) = cookies {
                cookies.note(&name, response.headers());
            }
            match json::read(response.body(), &shapes) {
                Ok(answer) if answer.data != Value::Row(0) && answer.errors.is_none() => {
                    Err(Arc::new(Failure::Empty { status }))
                }
                Ok(answer) => Ok(Arc::new(answer)),
                Err(_) if response.body().starts_with(BYTE_ORDER_MARK) => {
                    Err(Arc::new(Failure::ByteOrderMark { status }))
                }
                Err(error) => Err(Arc::new(Failure::Malformed { status, error })),
            }
        }
        .boxed()
    }

    fn request(
        &self,
        body: Bytes,
        context: &RequestContext,
        deadline: Instant,
        repeatable: bool,
    ) -> transport::Request {
        let mut request = http::Request::new(body.into());
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        let mut add = |name, value: Result<HeaderValue, _>| {
            if let Ok(value) = value {
                headers.insert(name, value);
            }
        };
        let left = deadline.saturating_duration_since(Instant::now());
        add(DEADLINE_HEADER, Ok(u64::try_from(left.as_millis()).unwrap_or(u64::MAX).into()));
        add(REQUEST_ID_HEADER, HeaderValue::from_str(&context.caller.request_id));
        if let Some(signer) = &self.signer {
            add(SERVICE_HEADER, HeaderValue::from_str(&signer.token(&self.name)));
            if let Some(address) = context.caller.address {
                add(ADDRESS_HEADER, HeaderValue::from_str(&address.to_string()));
            }
            if let Some(origin) = &context.caller.origin {
                add(ORIGIN_HEADER, HeaderValue::from_str(origin));
            }
        }
        if let Some(authorization) = &context.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        if let Some(cookies) = &context.cookies {
            cookies.show(&self.name, headers);
        }
        let extensions = request.extensions_mut();
        extensions.insert(context.caller.clone());
        if repeatable {
            extensions.insert(Repeatable);
        }
        request
    }

    fn tell(&self, failure: &Failure, context: &RequestContext) -> Cause {
        tracing::warn!(
            subgraph = %self.name, request_id = %context.caller.request_id, error = %failure, "the subgraph failed"
        );
        let not_read = |what: &str| (Code::Internal, what.to_owned());
        let no_answer = |status: StatusCode, what: &str| match code_of(status) {
            Code::Timeout => (Code::Timeout, LATE.to_owned()),
            code => (code, what.to_owned()),
        };
        let (code, what) = match failure {
            Failure::Transport(TransportError::Timeout) => (Code::Timeout, LATE.to_owned()),
            Failure::Transport(TransportError::Unreachable(_)) => (Code::Unavailable, "does not answer".to_owned()),
            Failure::Transport(TransportError::TooLarge { .. }) => not_read("answered with too much"),
            Failure::Transport(TransportError::Coding(coding)) => {
                not_read(&format!("answered in the content coding {coding:?}, which is not read here"))
            }
            Failure::Transport(TransportError::Undecodable(_)) => not_read("gave an answer that is no valid gzip"),
            Failure::Transport(TransportError::Panicked) => not_read("failed"),
            Failure::Malformed { status, .. } => no_answer(*status, "gave an answer that could not be understood"),
            Failure::ByteOrderMark { .. } => not_read("gave an answer that begins with a byte order mark"),
            Failure::Empty { status } => no_answer(*status, "gave an answer that holds no data"),
        };
        Cause::new(code, format!("The subgraph {:?} {what}.", self.name), Some(&self.name))
    }
}

/// What JSON must not begin with, in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const LATE: &str = "did not answer in time";

/// What an answer that is none means: 408 and 504 come from whatever limits the time between here and the subgraph.
fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Code::Timeout,
        status if status.is_server_error() => Code::Unavailable,
        _ => Code::Internal,
    }
}
