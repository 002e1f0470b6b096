//! Requests that share a fetch, and those that must not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, routing::post};
use http::{HeaderMap, HeaderValue};
use rialto::{
    Rialto,
    assemble::Builder,
    engine::{RequestContext, SubgraphTarget},
};
use schema::{
    Caller, UserViewer, Viewer,
    transport::{self, InProcess},
};
use serde_json::Value;
use tokio::sync::Barrier;
use tower::ServiceBuilder;
use uuid::Uuid;

use crate::json;

const SDL: &str = "type Query { whose: String }";

tokio::task_local! {
    static TENANT: &'static str;
}

/// A subgraph that tells the tenant in its header, once `together` requests are there.
fn tenants(together: usize) -> Router {
    let barrier = Arc::new(Barrier::new(together));
    let answer = async move |headers: HeaderMap| {
        barrier.wait().await;
        Json(json!({"data": {"whose": headers["x-tenant"].to_str().unwrap()}}))
    };
    Router::new().route("/graphql", post(answer))
}

/// The layer of an application that tells its subgraph the tenant.
fn with_header(mut request: transport::Request) -> transport::Request {
    request.headers_mut().insert("x-tenant", HeaderValue::from_static(TENANT.get()));
    request
}

async fn whose(rialto: &Rialto, tenant: &'static str) -> Value {
    json(&TENANT.scope(tenant, rialto.execute("{ whose }")).await)
}

#[tokio::test]
async fn tenants_that_a_layer_tells_apart_share_nothing() {
    let service = || ServiceBuilder::new().map_request(with_header).service(tenants(2));
    let by_hand = SubgraphTarget { transport: Arc::new(InProcess(service())), path: "/graphql".into() };
    let builders: [Builder; 2] =
        [Rialto::builder().subgraph("a", service()), Rialto::builder().subgraph_by("a", by_hand)];
    for builder in builders {
        let rialto = builder.schema("a", SDL).build().await.unwrap();
        let (acme, globex) = tokio::join!(whose(&rialto, "acme"), whose(&rialto, "globex"));
        assert_eq!((&acme["data"]["whose"], &globex["data"]["whose"]), (&json!("acme"), &json!("globex")));
    }
}

#[tokio::test]
async fn tenants_that_only_a_task_local_tells_apart_share_nothing() {
    let barrier = Arc::new(Barrier::new(2));
    let answer = async move || {
        let tenant = TENANT.get();
        barrier.wait().await;
        Json(json!({"data": {"whose": tenant}}))
    };
    let app = Router::new().route("/graphql", post(answer));
    let rialto = Rialto::builder().subgraph("a", app).schema("a", SDL).build().await.unwrap();
    let (acme, globex) = tokio::join!(whose(&rialto, "acme"), whose(&rialto, "globex"));
    assert_eq!((&acme["data"]["whose"], &globex["data"]["whose"]), (&json!("acme"), &json!("globex")));
}

/// A subgraph whose owner lets equal reads be one; it counts those that arrive, and answers when all could have.
async fn sharing() -> (Rialto, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        Json(json!({"data": {"whose": "everybody's"}}))
    };
    let app = Router::new().route("/graphql", post(answer));
    let builder = Rialto::builder().subgraph("a", app).schema("a", SDL).share("a");
    (builder.build().await.unwrap(), asked)
}

#[tokio::test]
async fn equal_reads_are_one_where_the_owner_says_so() {
    let (rialto, asked) = sharing().await;
    let (one, other) = tokio::join!(rialto.execute("{ whose }"), rialto.execute("{ whose }"));
    assert_eq!((one.body.clone(), asked.load(Ordering::SeqCst)), (other.body, 1));
}

#[tokio::test]
async fn even_then_nothing_is_shared_between_callers_who_differ_in_anything() {
    let viewer = |role: &str| {
        let roles = vec![role.to_owned()];
        let (id, session) = (Uuid::nil(), Uuid::nil());
        Viewer::User(Arc::new(UserViewer { id, session, roles, scopes: Vec::new(), expires_at: i64::MAX }))
    };
    let callers = [
        Caller::default(),
        Caller { viewer: viewer("A"), ..Caller::default() },
        Caller { viewer: viewer("B"), ..Caller::default() },
        Caller { address: Some([192, 0, 2, 1].into()), ..Caller::default() },
        Caller { origin: Some("http://shop.example".into()), ..Caller::default() },
        Caller { origin: Some("http://evil.example".into()), ..Caller::default() },
        Caller { service: Some("orders".into()), ..Caller::default() },
    ];
    let (rialto, asked) = sharing().await;
    let contexts = callers.map(|caller| RequestContext { caller: Arc::new(caller), ..RequestContext::anonymous() });
    let token = Some(HeaderValue::from_static("Bearer x"));
    let with_token = RequestContext { authorization: token, ..contexts[0].clone() };
    let count = contexts.len() + 1;
    let running = contexts.into_iter().chain([with_token]).map(|context| rialto.execute_as("{ whose }", context));
    futures_util::future::join_all(running).await;
    assert_eq!(asked.load(Ordering::SeqCst), count);
}
