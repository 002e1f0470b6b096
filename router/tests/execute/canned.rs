//! Subgraphs that answer from a list.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use rialto::{
    compose::{Subgraph, compose},
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
    request::{Answer, GraphQLRequest},
};
use schema::{Caller, Transport, TransportError, UserViewer, Viewer, transport};
use serde_json::{Value, json};

/// What a subgraph answers to the requests whose body contains a text; the first match counts.
type Answers = Vec<(&'static str, Reply)>;

#[derive(Clone)]
pub enum Reply {
    Json(Value),
    /// After the others.
    Late(Value),
    Text(&'static str),
    /// A status and a body of any bytes.
    Raw(u16, &'static [u8]),
    /// After some milliseconds.
    Later(u64, Value),
    Refuse,
    Hang,
}

/// A subgraph with its answers, and the bodies that it was sent.
#[derive(Clone)]
pub struct Canned {
    answers: Arc<Answers>,
    pub sent: Arc<Mutex<Vec<Value>>>,
    /// The same as they were written.
    pub written: Arc<Mutex<Vec<String>>>,
}

impl Transport for Canned {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let this = self.clone();
        Box::pin(async move {
            let text = String::from_utf8(request.body().whole().unwrap().to_vec()).unwrap();
            let body: Value = serde_json::from_str(&text).unwrap();
            this.sent.lock().unwrap().push(body.clone());
            this.written.lock().unwrap().push(text.clone());
            let query = body["query"].as_str().unwrap().to_owned() + &body["variables"].to_string();
            let reply = this.answers.iter().find(|(part, _)| query.contains(part)).map(|(_, reply)| reply.clone());
            let mut status = 200;
            let text = match reply.unwrap_or_else(|| panic!("nothing is known to answer {text}")) {
                Reply::Json(value) => Bytes::from(value.to_string()),
                Reply::Late(value) => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    Bytes::from(value.to_string())
                }
                Reply::Text(text) => Bytes::from_static(text.as_bytes()),
                Reply::Raw(told, body) => {
                    status = told;
                    Bytes::from_static(body)
                }
                Reply::Later(pause, value) => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    Bytes::from(value.to_string())
                }
                Reply::Refuse => return Err(TransportError::Unreachable("refused".into())),
                Reply::Hang => std::future::pending().await,
            };
            Ok(http::Response::builder().status(status).body(text.into()).unwrap())
        })
    }

    fn observes(&self) -> transport::Observed {
        transport::Observed::MessageAndCaller
    }
}

/// An engine over canned subgraphs.
pub struct Graph {
    pub engine: Engine,
    pub subgraphs: HashMap<&'static str, Canned>,
}

/// Composes subgraphs of name, SDL (without the link) and answers.
pub fn graph(subgraphs: Vec<(&'static str, &'static str, Answers)>) -> Graph {
    graph_within(Duration::from_millis(300), subgraphs)
}

/// The same, with `timeout` for a whole operation.
pub fn graph_within(timeout: Duration, subgraphs: Vec<(&'static str, &'static str, Answers)>) -> Graph {
    graph_with(EngineSettings { timeout, ..EngineSettings::default() }, subgraphs)
}

/// The same, with settings.
pub fn graph_with(settings: EngineSettings, subgraphs: Vec<(&'static str, &'static str, Answers)>) -> Graph {
    const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \
        \"@shareable\", \"@external\", \"@requires\", \"@provides\", \"@inaccessible\", \"@authenticated\", \"@requiresScopes\", \"@interfaceObject\", \"@override\"])\n";
    let sdls: Vec<Subgraph> = subgraphs
        .iter()
        .map(|(name, sdl, _)| Subgraph { name: (*name).into(), url: String::new(), sdl: format!("{LINK}{sdl}") })
        .collect();
    let composed = compose(&sdls).unwrap_or_else(|errors| panic!("{errors:?}"));
    let canned: HashMap<_, _> = subgraphs
        .into_iter()
        .map(|(name, _, answers)| {
            (name, Canned { answers: Arc::new(answers), sent: Arc::default(), written: Arc::default() })
        })
        .collect();
    let target = |canned: &Canned| SubgraphTarget { transport: Arc::new(canned.clone()), path: "/graphql".into() };
    let targets = canned.iter().map(|(name, canned)| ((*name).to_owned(), target(canned))).collect();
    Graph { engine: Engine::new(&composed.supergraph_sdl, &targets, settings).unwrap(), subgraphs: canned }
}

impl Graph {
    pub async fn answer(&self, request: Value, viewer: Viewer) -> Answer {
        let request: GraphQLRequest = serde_json::from_value(request).unwrap();
        let caller = Arc::new(Caller { viewer, request_id: "req".into(), ..Caller::default() });
        self.engine
            .execute(
                request,
                RequestContext { caller, authorization: None, cookies: None, allow_mutations: true, arrived: None },
            )
            .await
    }

    /// Runs a query and returns the response, whose keys keep their order.
    pub async fn text(&self, query: &str) -> String {
        String::from_utf8(self.answer(json!({ "query": query }), Viewer::Anonymous).await.body.to_vec()).unwrap()
    }

    pub async fn run(&self, query: &str) -> Value {
        serde_json::from_str(&self.text(query).await).unwrap()
    }

    pub async fn run_with(&self, query: &str, variables: Value) -> Value {
        let request = json!({ "query": query, "variables": variables });
        serde_json::from_slice(&self.answer(request, Viewer::Anonymous).await.body).unwrap()
    }

    /// Runs a request that is JSON text, and returns the response's text.
    pub async fn written(&self, request: &str) -> String {
        let request: GraphQLRequest = serde_json::from_str(request).unwrap();
        let answer = self.engine.execute(request, RequestContext::anonymous()).await;
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    pub fn sent(&self, subgraph: &str) -> Vec<Value> {
        self.subgraphs[subgraph].sent.lock().unwrap().clone()
    }
}

pub fn user(scopes: &[&str]) -> Viewer {
    Viewer::User(Arc::new(UserViewer {
        id: uuid::Uuid::nil(),
        session: uuid::Uuid::nil(),
        roles: Vec::new(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        expires_at: i64::MAX,
    }))
}
