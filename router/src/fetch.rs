//! One request to one subgraph: its headers, its body, and its answer read into rows.
//!
//! The caller's token travels on as it came; everything else is made here, so nothing that a client calls
//! `rialto-*` ever arrives. It refuses to know why a fetch is made.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, header};
use schema::{
    Transport, TransportError,
    service::{ADDRESS_HEADER, DEADLINE_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER},
};
use tokio::time::Instant;

use crate::{
    error::Code,
    execute::{
        cause::Cause,
        json::{self, Answer},
    },
    plan::Fetch,
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
    /// The way there.
    pub target: SubgraphTarget,
    /// Signs the router's own statements.
    pub signer: Option<Arc<schema::service::ServiceSigner>>,
}

impl Subgraph {
    /// Sends `body` and reads the answer, as long as there is time. What a client may know of a failure comes back, the
    /// rest is logged.
    pub async fn call(
        &self,
        fetch: &Fetch,
        body: Bytes,
        context: &RequestContext,
        deadline: Instant,
    ) -> Result<Answer, Cause> {
        let left = deadline.saturating_duration_since(Instant::now());
        let answer = if left.is_zero() {
            Err(TransportError::Timeout)
        } else {
            let sending = self.target.transport.send(self.request(body, context, left)?);
            tokio::time::timeout(left, sending).await.unwrap_or(Err(TransportError::Timeout))
        };
        let response = answer.map_err(|error| {
            tracing::warn!(subgraph = %self.name, request_id = %context.caller.request_id, %error, "the subgraph failed");
            let (code, what) = match error {
                TransportError::Timeout => (Code::Timeout, "did not answer in time"),
                TransportError::TooLarge { .. } => (Code::Internal, "answered with too much"),
                TransportError::Unreachable(_) => (Code::Unavailable, "does not answer"),
            };
            Cause::new(code, format!("The subgraph {:?} {what}.", self.name), Some(&self.name))
        })?;
        let status = response.status();
        json::read(response.body(), &fetch.shapes).map_err(|error| {
            tracing::warn!(
                subgraph = %self.name, request_id = %context.caller.request_id, %status, %error,
                "the subgraph's answer is not GraphQL",
            );
            let code = if status.is_server_error() { Code::Unavailable } else { Code::Internal };
            Cause::new(
                code,
                format!("The answer of the subgraph {:?} could not be understood.", self.name),
                Some(&self.name),
            )
        })
    }

    fn request(
        &self,
        body: Bytes,
        context: &RequestContext,
        left: Duration,
    ) -> Result<schema::transport::Request, Cause> {
        let mut request = http::Request::post(self.target.path.as_str())
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(REQUEST_ID_HEADER, &*context.caller.request_id)
            .header(DEADLINE_HEADER, u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
        if let Some(authorization) = &context.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if let Some(signer) = &self.signer {
            request = request.header(SERVICE_HEADER, &*signer.token(&self.name));
            if let Some(address) = context.caller.address {
                request = request.header(ADDRESS_HEADER, address.to_string());
            }
        }
        request.extension(context.caller.clone()).body(body).map_err(|error| {
            tracing::error!(subgraph = %self.name, %error, "the request could not be built");
            Cause::new(Code::Internal, "Something went wrong on our side.", Some(&self.name))
        })
    }
}
