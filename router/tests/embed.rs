//! The router as a part of another program: what the library's users write, as they would write it.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{Json, Router, routing::post};
use http::{HeaderMap, HeaderName, HeaderValue};
use rialto::{Rialto, assemble::BuildError, engine::EngineSettings};
use serde_json::{Value, json};

type Seen = Arc<Mutex<Vec<HeaderMap>>>;

/// A subgraph that tells its SDL, answers everything else with `data`, and keeps the headers it was sent.
fn subgraph(sdl: &'static str, data: Value) -> (Router, Seen) {
    let seen = Seen::default();
    let kept = seen.clone();
    let answer = async move |headers: HeaderMap, Json(request): Json<Value>| {
        kept.lock().unwrap().push(headers);
        let asked = request["query"].as_str().unwrap().contains("_service");
        Json(json!({"data": if asked { json!({"_service": {"sdl": sdl}}) } else { data.clone() }}))
    };
    (Router::new().route("/graphql", post(answer)), seen)
}

fn json(answer: &rialto::request::Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn services_are_asked_composed_and_run() {
    let (one, _) = subgraph("type Query { one: Int }", json!({"one": 1}));
    let (two, _) = subgraph("type Query { two: Int }", json!({"two": 2}));
    let rialto = Rialto::builder().subgraph("a", one).subgraph("b", two).build().await.unwrap();
    assert_eq!(json(&rialto.execute("{ one two }").await), json!({"data": {"one": 1, "two": 2}}));
    assert!(rialto.supergraph().contains("join__Graph") && rialto.addresses().is_empty());
}

#[tokio::test]
async fn a_supergraph_may_be_given_instead() {
    let (one, seen) = subgraph("", json!({"hello": "you"}));
    let rialto = Rialto::builder().supergraph(include_str!("fixtures/one.graphql")).subgraph("a", one);
    let rialto = rialto.build().await.unwrap();
    assert_eq!(json(&rialto.execute("{ hello }").await), json!({"data": {"hello": "you"}}));
    assert_eq!(seen.lock().unwrap().len(), 1, "nobody is asked for a schema");
}

#[tokio::test]
async fn headers_go_along_with_every_request() {
    let (one, seen) = subgraph("type Query { one: Int }", json!({"one": 1}));
    let key = (HeaderName::from_static("x-api-key"), HeaderValue::from_static("secret"));
    let rialto = Rialto::builder().subgraph("a", one).header("a", key.0, key.1).build().await.unwrap();
    rialto.execute("{ one }").await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|headers| headers["x-api-key"] == "secret"));
}

#[tokio::test]
async fn fields_for_users_stay_closed_where_nobody_is_verified() {
    let sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.5\", import: [\"@authenticated\"])
        type Query { open: Int mine: Int @authenticated }";
    let (one, _) = subgraph(sdl, json!({"open": 1, "mine": 2}));
    let closed = Rialto::builder().subgraph("a", one.clone()).build().await.unwrap();
    let answer = json(&closed.execute("{ open mine }").await);
    assert_eq!(answer["data"], json!({"open": 1, "mine": null}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let settings = EngineSettings { authorize: false, ..EngineSettings::default() };
    let left_to_the_subgraph = Rialto::builder().subgraph("a", one).engine(settings).build().await.unwrap();
    assert_eq!(json(&left_to_the_subgraph.execute("{ mine }").await), json!({"data": {"mine": 2}}));
}

#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let refused = async |builder: rialto::assemble::Builder| match builder.build().await {
        Ok(_) => panic!("it was made"),
        Err(error) => error,
    };
    assert!(matches!(refused(Rialto::builder()).await, BuildError::Nothing));
    let unknown = Rialto::builder().supergraph(include_str!("fixtures/one.graphql")).subgraph_at("b", "http://b");
    assert_eq!(refused(unknown).await.to_string(), "the supergraph has no subgraph \"b\"; it has a");
    let (mute, _) = subgraph("", json!({}));
    let mute = mute.fallback(async || "<html>");
    let elsewhere = Router::new().nest("/elsewhere", mute);
    let error = refused(Rialto::builder().subgraph("a", elsewhere)).await.to_string();
    assert_eq!(error, "the subgraph \"a\" at this process: it does not answer GraphQL (status 404)");
    let untold = Router::new()
        .route("/graphql", post(async || Json(json!({"data": null, "errors": [{"message": "no _service here"}]}))));
    let error = refused(Rialto::builder().subgraph("a", untold)).await.to_string();
    assert!(error.contains("it does not tell its schema (no _service here)"), "{error}");
    let lost = Rialto::builder().schema("a", "type Query { one: Int }");
    assert!(matches!(refused(lost).await, BuildError::NoAddress(name) if name == "a"));
    let (clash, _) = subgraph("type Query { one: String }", json!({}));
    let (one, _) = subgraph("type Query { one: Int }", json!({}));
    let error = refused(Rialto::builder().subgraph("a", one).subgraph("b", clash)).await;
    assert!(matches!(&error, BuildError::Composition(errors) if !errors.is_empty()), "{error}");
}

/// The program of `examples/embed.rs`: `cargo test` builds it beside the tests, other commands do not.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap().join("examples/embed");
    if !built.exists() {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let status = cargo.args(["build", "--quiet", "--package", "rialto", "--example", "embed"]).status().unwrap();
        assert!(status.success(), "the example does not build");
    }
    built
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_example_runs() {
    let mut child = Command::new(example()).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let _child = Ended(child);
    let url = ready.trim().strip_prefix("Ready: ").unwrap();
    let target = rialto::assemble::at(url).unwrap();
    let request = http::Request::post(target.path.as_str())
        .header("content-type", "application/json")
        .body(r#"{"query":"{ books { title author { name } } }"}"#.into());
    let answer = target.transport.send(request.unwrap()).await.unwrap();
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    let book = |title: &str, name: &str| json!({"title": title, "author": {"name": name}});
    assert_eq!(answer, json!({"data": {"books": [book("Emma", "Jane Austen"), book("Ulysses", "James Joyce")]}}));
}
