//! A client that calls a subgraph's app in process, by default as nobody.

use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use http::{HeaderValue, header};
use schema::{
    Caller, UserViewer, Viewer,
    service::{SERVICE_HEADER, ServiceSigner},
    transport::{Body, InProcess, MAX_RESPONSE, call},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Clock, random};

/// Calls a subgraph in process, as somebody: `TestClient::new(&app).user(id, &["ADMIN"], &["catalog:write"])`.
#[derive(Clone)]
pub struct TestClient {
    app: Router,
    viewer: Viewer,
    headers: http::HeaderMap,
    trusted: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: http::StatusCode,
    /// The HTTP headers.
    pub headers: http::HeaderMap,
    /// The whole body; null where it is no JSON.
    pub body: Value,
}

impl TestClient {
    /// Nobody, as vouched for by a router of the same process.
    pub fn new(app: &Router) -> Self {
        Self { app: app.clone(), viewer: Viewer::Anonymous, headers: http::HeaderMap::new(), trusted: true }
    }

    /// A client from the network: only what its headers prove is believed.
    #[must_use]
    pub fn from_network(app: &Router) -> Self {
        Self { trusted: false, ..Self::new(app) }
    }

    /// The user with this id, these roles and scopes.
    #[must_use]
    pub fn user(mut self, id: Uuid, roles: &[&str], scopes: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        self.viewer = Viewer::User(Arc::new(UserViewer {
            id,
            session: random::uuid(),
            roles: owned(roles),
            scopes: owned(scopes),
            expires_at: Clock::system().now().timestamp() + 300,
        }));
        self
    }

    /// The process that `signer` speaks for, calling the subgraph called `audience`.
    #[must_use]
    pub fn service(self, signer: &ServiceSigner, audience: &str) -> Self {
        self.header(SERVICE_HEADER, &signer.token(audience))
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// Sends a query or mutation.
    pub async fn send(&self, query: &str, variables: Value) -> Answer {
        self.post(json!({"query": query, "variables": variables}).to_string()).await
    }

    /// Sends whatever this is to `/graphql`.
    pub async fn post(&self, body: impl Into<Bytes>) -> Answer {
        let mut request = http::Request::post("/graphql");
        if self.trusted {
            let caller = Caller { viewer: self.viewer.clone(), request_id: "test".into(), ..Caller::default() };
            request = request.extension(Arc::new(caller));
        }
        let mut request = request.body(Body::from(body.into())).expect("a request");
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().extend(self.headers.clone());
        let response = call(&InProcess(self.app.clone()), request, MAX_RESPONSE).await.expect("an answer");
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        Answer { status: response.status(), headers: response.headers().clone(), body }
    }
}

impl Answer {
    /// `data`, insisting that there are no errors.
    ///
    /// # Panics
    ///
    /// When there are.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{:#}", self.body);
        &self.body["data"]
    }

    /// The payload of a mutation's only field, insisting that it has no `userErrors`.
    ///
    /// # Panics
    ///
    /// When it has.
    #[track_caller]
    pub fn payload(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        assert!(payload["userErrors"].as_array().is_none_or(Vec::is_empty), "{:#}", self.body);
        payload
    }

    /// The codes of a mutation's `userErrors`, and nothing else: top-level errors are not expected.
    #[track_caller]
    pub fn user_error_codes(&self, field: &str) -> Vec<&str> {
        texts(&self.data()[field]["userErrors"], "/code")
    }

    /// The codes of the top-level errors.
    pub fn codes(&self) -> Vec<&str> {
        texts(&self.body["errors"], "/extensions/code")
    }
}

fn texts<'a>(list: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.pointer(pointer)?.as_str()).collect()
}
