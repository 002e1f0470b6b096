//! What goes wrong in a service, or in the application around the graph, stays there.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, body::Body, routing::post};
use futures_util::FutureExt as _;
use rialto::{Rialto, engine::EngineSettings};
use serde_json::Value;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::{json, subgraph};

const SDL: &str = "type Query { one: Int }  type Mutation { set: Int }";

async fn over<S, B>(service: S) -> Rialto
where
    S: tower::Service<schema::transport::Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<tower::BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<tower::BoxError>,
{
    let (two, _) = subgraph("", json!({"two": 2}));
    let builder = Rialto::builder().subgraph("a", service).schema("a", SDL);
    builder.subgraph("b", two).schema("b", "type Query { two: Int }").build().await.unwrap()
}

/// That `one` failed with this code and nothing else did.
fn failed(answer: &Value, code: &str) {
    assert_eq!(answer["data"], json!({"one": null, "two": 2}), "{answer}");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["path"]), (1, &json!(["one"])), "{answer}");
    assert_eq!((&errors[0]["extensions"]["code"], &errors[0]["extensions"]["subgraph"]), (&json!(code), &json!("a")));
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_fetch_wherever_it_happens() {
    let handler = Router::new().route("/graphql", post(async || -> &'static str { panic!("a handler") }));
    failed(&json(&over(handler).await.execute("{ one two }").await), "INTERNAL");
    let call = tower::service_fn(
        |_: schema::transport::Request| -> std::future::Ready<Result<http::Response<Body>, Infallible>> {
            panic!("a call")
        },
    );
    failed(&json(&over(call).await.execute("{ one two }").await), "INTERNAL");
    let body = Router::new().route(
        "/graphql",
        post(async || {
            Body::from_stream(futures_util::stream::poll_fn(
                |_| -> std::task::Poll<Option<Result<String, Infallible>>> { panic!("a body") },
            ))
        }),
    );
    failed(&json(&over(body).await.execute("{ one two }").await), "INTERNAL");
}

#[tokio::test]
async fn a_panic_reaches_no_request_that_shares_the_fetch() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = async move || {
        let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!first, "the first one panics");
        Json(json!({"data": {"one": 1}}))
    };
    let app = Router::new().route("/graphql", post(answer));
    let rialto = Rialto::builder().subgraph("a", app).schema("a", SDL).share("a").build().await.unwrap();
    let (one, other) = tokio::join!(rialto.execute("{ one }"), rialto.execute("{ one }"));
    let (one, other) = (json(&one), json(&other));
    assert_eq!((&one["data"], &one["errors"][0]["extensions"]["code"]), (&json!({"one": null}), &json!("INTERNAL")));
    assert_eq!((other, asked.load(Ordering::SeqCst)), (json!({"data": {"one": 1}}), 2));
}

#[tokio::test]
async fn a_layer_that_limits_time_makes_a_timeout() {
    let never = || Router::new().route("/graphql", post(std::future::pending::<&'static str>));
    let limited = tower::ServiceBuilder::new().timeout(Duration::from_millis(1)).service(never());
    failed(&json(&over(limited).await.execute("{ one two }").await), "TIMEOUT");
    let told =
        |status: u16| Router::new().route("/graphql", post(async move || http::StatusCode::from_u16(status).unwrap()));
    for (status, code) in [(408, "TIMEOUT"), (504, "TIMEOUT"), (503, "UNAVAILABLE"), (404, "INTERNAL")] {
        failed(&json(&over(told(status)).await.execute("{ one two }").await), code);
    }
    let other = tower::service_fn(async |_: schema::transport::Request| Err::<http::Response<Body>, _>("out of paper"));
    failed(&json(&over(other).await.execute("{ one two }").await), "UNAVAILABLE");
}

#[tokio::test]
async fn time_without_end_is_no_panic() {
    let (one, _) = subgraph("type Query { one: Int }", json!({"one": 1}));
    let settings = EngineSettings { timeout: Duration::MAX, ..EngineSettings::default() };
    let rialto = Rialto::builder().subgraph("a", one).engine(settings).patience(Duration::MAX).build().await.unwrap();
    assert_eq!(json(&rialto.execute("{ one }").await), json!({"data": {"one": 1}}));
    let app = rialto.into_router();
    let request = http::Request::post("/graphql").header("content-type", "application/json");
    let answer = app.oneshot(request.body(Body::from(r#"{"query":"{ one }"}"#)).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn where_timers_do_not_run_that_is_an_error_of_the_request() {
    let (one, _) = subgraph("type Query { one: Int }", json!({"one": 1}));
    let building = Rialto::builder().subgraph("a", one).schema("a", "type Query { one: Int }").build();
    let rialto = building.now_or_never().unwrap().unwrap();
    let internal = |answer: rialto::request::Answer| {
        assert_eq!(json(&answer)["errors"][0]["extensions"]["code"], "INTERNAL");
    };
    internal(rialto.execute("{ one }").now_or_never().expect("an answer at once"));
    let without_time = tokio::runtime::Builder::new_current_thread().build().unwrap();
    internal(without_time.block_on(rialto.execute("{ one }")));
}

#[tokio::test]
async fn an_operation_runs_in_the_span_of_the_application_even_if_it_writes() {
    let seen: Arc<Mutex<Vec<Option<&'static str>>>> = Arc::default();
    let kept = seen.clone();
    let answer = async move |Json(request): Json<Value>| {
        kept.lock().unwrap().push(tracing::Span::current().metadata().map(tracing::Metadata::name));
        let writes = request["query"].as_str().unwrap().starts_with("mutation");
        Json(json!({"data": if writes { json!({"set": 1}) } else { json!({"one": 1}) }}))
    };
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry());
    let app = Router::new().route("/graphql", post(answer));
    let app = Rialto::builder().subgraph("a", app).schema("a", SDL).build().await.unwrap().into_router();
    for query in ["{ one }", "mutation { set }"] {
        let request = http::Request::post("/graphql").header("content-type", "application/json");
        let request = request.body(Body::from(json!({"query": query}).to_string())).unwrap();
        let answered = app.clone().oneshot(request).instrument(tracing::info_span!("application")).await.unwrap();
        assert_eq!(answered.status(), 200);
    }
    assert_eq!(*seen.lock().unwrap(), [Some("application"); 2]);
}

#[tokio::test]
async fn two_graphs_nest_in_an_application_with_its_own_fallback_and_health() {
    let graph = async |value: i32| {
        let (one, _) = subgraph("", json!({"one": value}));
        Rialto::builder().subgraph("a", one).schema("a", "type Query { one: Int }").build().await.unwrap().into_router()
    };
    let app = Router::new()
        .route("/health/live", axum::routing::get(async || "the application"))
        .fallback(async || "nothing")
        .nest("/a", graph(1).await)
        .nest("/b", graph(2).await);
    for (path, value) in [("/a/graphql", 1), ("/b/graphql", 2)] {
        let request = http::Request::get(format!("{path}?query=%7Bone%7D")).body(Body::empty()).unwrap();
        let answer = app.clone().oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 1000).await.unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({"data": {"one": value}}));
    }
}
