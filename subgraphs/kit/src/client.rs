//! How one domain calls another: GraphQL through a [`Transport`], in process or over HTTP.
//!
//! The call carries what the first request proved: the person's access token (and, in process, the checked
//! [`Caller`]), the request's id, what is left of its time, and this process's own service token. It says who answered what, never why in a way
//! that a client could see.

use std::{any::TypeId, sync::Arc, time::Duration};

use async_graphql::Data;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use schema::{
    Caller, Transport, TransportError,
    service::{DEADLINE_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER, ServiceSigner},
    transport::{self, MAX_RESPONSE, Repeatable},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Failure, deadline::time_left_of_request};

/// The way to one other subgraph.
#[derive(Clone)]
pub struct GraphQLClient {
    /// How it is reached.
    pub transport: Arc<dyn Transport>,
    /// How this process proves who it is.
    pub signer: Option<Arc<ServiceSigner>>,
    /// Its name, for which service tokens are made.
    pub audience: String,
}

/// The `Authorization` header of the request that is being served; data of every request.
#[derive(Clone, Debug, Default)]
pub struct Authorization(pub Option<String>);

impl Authorization {
    /// The header of the request that this data belongs to.
    pub fn of(data: &Data) -> Self {
        data.get(&TypeId::of::<Self>()).and_then(|header| header.downcast_ref::<Self>()).cloned().unwrap_or_default()
    }
}

/// Why a call brought no data.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It could not be reached, or has trouble of its own. Nobody knows whether it did what was asked.
    #[error("{who} does not answer: {reason}")]
    Unavailable {
        /// Whom we called.
        who: String,
        /// For the log.
        reason: String,
    },
    /// It answered with errors: what was asked for was not done.
    #[error("{who} refused: {}", codes.join(", "))]
    Refused {
        /// Whom we called.
        who: String,
        /// The `extensions.code` of each error.
        codes: Vec<String>,
    },
    /// Its answer is not what was asked for.
    #[error("{who} answered something else: {reason}")]
    Malformed {
        /// Whom we called.
        who: String,
        /// For the log.
        reason: String,
    },
}

impl CallError {
    /// Whether the callee gave this code.
    pub fn has_code(&self, code: &str) -> bool {
        matches!(self, Self::Refused { codes, .. } if codes.iter().any(|given| given == code))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match &error {
            CallError::Unavailable { who, .. } => Self::unavailable(who).because(&error),
            CallError::Refused { .. } | CallError::Malformed { .. } => Self::internal(&error),
        }
    }
}

/// The time for a call that belongs to no request, as those of background tasks.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Codes with which a callee says that it has trouble, rather than that we may not.
const TROUBLE: [&str; 3] = ["INTERNAL", "UNAVAILABLE", "TIMEOUT"];

#[derive(Serialize)]
struct Parameters<'a, V> {
    query: &'a str,
    variables: V,
}

#[derive(Deserialize)]
struct Response<T> {
    #[serde(default = "none")]
    data: Option<T>,
    #[serde(default)]
    errors: Vec<ResponseError>,
}

fn none<T>() -> Option<T> {
    None
}

#[derive(Deserialize)]
struct ResponseError {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
struct Extensions {
    code: Option<String>,
}

impl GraphQLClient {
    /// Sends `query` on behalf of `caller`, whose `Authorization` header travels on, and reads `data` as a `T`.
    ///
    /// Any error in the answer makes the whole call an error: what one domain asks of another is all or nothing. Within
    /// a request whose caller waits only so long, the callee is told what is left of it, and not asked when nothing is.
    pub async fn call<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: impl Serialize,
        caller: &Caller,
        authorization: Option<&str>,
    ) -> Result<T, CallError> {
        let body = serde_json::to_vec(&Parameters { query, variables }).map_err(|error| self.malformed(&error))?;
        let time = time_left_of_request();
        let left = time.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
        if left == Some(0) {
            return Err(self.unavailable(&TransportError::Timeout));
        }
        let mut request = self.request(body.into(), caller, authorization).map_err(|error| self.malformed(&error))?;
        request.headers_mut().extend(left.map(|left| (HeaderName::from_static(DEADLINE_HEADER), left.into())));
        if !query.trim_start().starts_with("mutation") {
            request.extensions_mut().insert(Repeatable);
        }
        let answer = transport::call(&*self.transport, request, MAX_RESPONSE);
        // A request that is served ends by its own deadline, as TIMEOUT; a limit here would only race with it. What runs for no
        // request needs one.
        let answer = match time {
            Some(_) => answer.await,
            None => tokio::time::timeout(TIMEOUT, answer).await.unwrap_or(Err(TransportError::Timeout)),
        };
        let response = answer.map_err(|error| self.unavailable(&error))?;
        self.read(response.status(), response.body())
    }

    fn request(
        &self,
        body: Bytes,
        caller: &Caller,
        authorization: Option<&str>,
    ) -> Result<schema::transport::Request, http::Error> {
        let mut request = http::Request::post("/graphql")
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(REQUEST_ID_HEADER, &*caller.request_id);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if let Some(signer) = &self.signer {
            request = request.header(SERVICE_HEADER, &*signer.token(&self.audience));
        }
        // Who called us is our own affair: the callee sees us, as proved by our token.
        request.extension(Arc::new(Caller { service: None, ..caller.clone() })).body(body.into())
    }

    fn read<T: DeserializeOwned>(&self, status: StatusCode, body: &[u8]) -> Result<T, CallError> {
        // Errors first: beside them `data` may have any shape.
        let answer = serde_json::from_slice::<Response<serde::de::IgnoredAny>>(body);
        match answer {
            Ok(answer) if !answer.errors.is_empty() => return Err(self.refused(answer.errors)),
            Err(error) if status == StatusCode::OK => return Err(self.malformed(&error)),
            Ok(_) if status == StatusCode::OK => {}
            _ => return Err(self.unavailable(&format!("status {status}"))),
        }
        let answer = serde_json::from_slice::<Response<T>>(body).map_err(|error| self.malformed(&error))?;
        answer.data.ok_or_else(|| self.malformed("no data"))
    }

    fn refused(&self, errors: Vec<ResponseError>) -> CallError {
        let trouble =
            |error: &&ResponseError| error.extensions.code.as_deref().is_none_or(|code| TROUBLE.contains(&code));
        if let Some(error) = errors.iter().find(trouble) {
            return self.unavailable(&error.message);
        }
        let codes = errors.into_iter().filter_map(|error| error.extensions.code).collect();
        CallError::Refused { who: self.audience.clone(), codes }
    }

    fn unavailable(&self, reason: &(impl ToString + ?Sized)) -> CallError {
        CallError::Unavailable { who: self.audience.clone(), reason: reason.to_string() }
    }

    fn malformed(&self, reason: &(impl ToString + ?Sized)) -> CallError {
        CallError::Malformed { who: self.audience.clone(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> GraphQLClient {
        struct Nobody;
        impl Transport for Nobody {
            fn send(
                &self,
                _: schema::transport::Request,
            ) -> futures_util::future::BoxFuture<'static, Result<schema::transport::Response, schema::TransportError>>
            {
                Box::pin(async { Err(schema::TransportError::Timeout) })
            }
        }
        GraphQLClient { transport: Arc::new(Nobody), signer: None, audience: "products".into() }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Count {
        count: u32,
    }

    fn read(status: u16, body: &str) -> Result<Count, CallError> {
        client().read(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[tokio::test]
    async fn no_answer_is_unavailable_and_the_reason_stays_inside() {
        let error = client().call::<Count>("{count}", (), &Caller::default(), None).await.unwrap_err();
        let failure = Failure::from(error);
        assert_eq!(failure.code().as_str(), "UNAVAILABLE");
        assert_eq!(failure.message(), "The products service does not answer. Try again later.");
        assert!(failure.cause().unwrap().contains("in time"));
    }

    #[test]
    fn trouble_refusals_and_nonsense_are_told_apart() {
        assert_eq!(read(200, r#"{"data":{"count":3}}"#).unwrap(), Count { count: 3 });
        let refused = read(401, r#"{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}"#);
        assert!(refused.unwrap_err().has_code("UNAUTHENTICATED"));
        let refused = read(200, r#"{"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}"#);
        assert!(refused.unwrap_err().has_code("FORBIDDEN"));
        let trouble = read(200, r#"{"data":{},"errors":[{"message":"oh","extensions":{"code":"INTERNAL"}}]}"#);
        assert!(matches!(trouble, Err(CallError::Unavailable { .. })));
        assert!(matches!(read(502, "<html>"), Err(CallError::Unavailable { .. })));
        for nonsense in ["", "{}", r#"{"data":null}"#, r#"{"data":{"count":-1}}"#] {
            assert!(matches!(read(200, nonsense), Err(CallError::Malformed { .. })), "{nonsense}");
        }
    }
}
