//! A router in one process with a subgraph that remembers what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use rialto::{
    auth::Auth,
    engine::{Engine, EngineSettings, SubgraphTarget},
    http::{Door, DoorSettings},
};
use schema::{
    Caller, RevokedSessions, Transport, TransportError,
    keys::{KeyPair, KeySet},
    token::{AUDIENCE, Claims, ISSUER, Verifier, sign},
};
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

/// The session of all tokens.
pub const SESSION: Uuid = Uuid::from_u128(2);

pub const SUPERGRAPH: &str = include_str!("../fixtures/one.graphql");

/// A service that takes `pause` for each answer and keeps what it was sent.
#[derive(Clone, Default)]
pub struct Recorder {
    pub pause: Duration,
    pub answer: &'static str,
    pub started: Arc<Mutex<Vec<http::Request<Bytes>>>>,
    pub finished: Arc<Mutex<usize>>,
}

impl Recorder {
    pub fn answering(answer: &'static str) -> Self {
        Self { answer, ..Self::default() }
    }

    /// The last request's headers, and who called by its extensions.
    pub fn last(&self) -> (HeaderMap, Arc<Caller>) {
        let started = self.started.lock().unwrap();
        let request = started.last().unwrap();
        (request.headers().clone(), request.extensions().get::<Arc<Caller>>().unwrap().clone())
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: schema::transport::Request,
    ) -> BoxFuture<'static, Result<schema::transport::Response, TransportError>> {
        let this = self.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect(usize::MAX).await?;
            this.started.lock().unwrap().push(http::Request::from_parts(head, body));
            tokio::time::sleep(this.pause).await;
            *this.finished.lock().unwrap() += 1;
            let response = http::Response::builder().header("content-type", "application/json");
            Ok(response.body(this.answer.into()).unwrap())
        }
        .boxed()
    }
}

/// The router under test.
pub struct House {
    pub door: Arc<Door>,
    pub app: Router,
    pub subgraph: Recorder,
    pub keys: KeyPair,
    pub revoked: Arc<RevokedSessions>,
}

/// A house whose subgraph says hello.
pub fn house(settings: DoorSettings) -> House {
    house_with(settings, Recorder::answering(r#"{"data":{"hello":"world","greet":"hi"}}"#))
}

pub fn house_with(settings: DoorSettings, subgraph: Recorder) -> House {
    house_over(settings, EngineSettings::default(), subgraph)
}

pub fn house_over(settings: DoorSettings, engine: EngineSettings, subgraph: Recorder) -> House {
    let target = SubgraphTarget { transport: Arc::new(subgraph.clone()), path: "/graphql".to_owned() };
    let targets = HashMap::from([("a".to_owned(), target)]);
    let engine = Engine::new(SUPERGRAPH, &targets, engine).unwrap();
    let keys = KeyPair::generate();
    let revoked = Arc::new(RevokedSessions::default());
    let verifier = Verifier::new(KeySet::fixed([&keys]), ISSUER, AUDIENCE, revoked.clone());
    let open_fields = vec!["greet".to_owned()];
    let auth = Auth { verifier: Some(Arc::new(verifier)), open_fields, ..Auth::default() };
    let door = Door::new(Arc::new(engine), auth, settings);
    House { app: door.app(), door, subgraph, keys, revoked }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of the only error, which must carry the response's request id.
    pub fn code(&self) -> String {
        let json = self.json();
        assert_eq!(json["errors"].as_array().map(Vec::len), Some(1), "{json}");
        assert_eq!(json["errors"][0]["extensions"]["requestId"], self.header("x-request-id"), "{json}");
        json["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }
}

impl House {
    /// The way to its subgraph, by name.
    pub fn targets(&self) -> HashMap<String, SubgraphTarget> {
        let target = SubgraphTarget { transport: Arc::new(self.subgraph.clone()), path: "/graphql".to_owned() };
        HashMap::from([("a".to_owned(), target)])
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Answer { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    /// Posts `body` as JSON, with more headers.
    pub async fn post(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(post(body, headers)).await
    }

    pub async fn get(&self, uri: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// An `Authorization` header for the user 1, which ends in `life` seconds.
    pub fn token(&self, life: i64) -> String {
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: Uuid::from_u128(1),
            sid: SESSION,
            iat: now + life - 60,
            exp: now + life,
            roles: Vec::new(),
            scope: String::new(),
        };
        format!("Bearer {}", sign(&claims, &self.keys).unwrap())
    }
}

pub fn post(body: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post("/graphql");
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
