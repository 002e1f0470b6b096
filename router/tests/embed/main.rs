//! The router as a part of another program: what the library's users write, as they would write it.

mod faults;
mod isolation;
mod refusals;

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{Json, Router, routing::post};
use http::{HeaderMap, HeaderName, HeaderValue};
use rialto::{Rialto, assemble::BuildError, engine::EngineSettings};
use schema::transport::{MAX_RESPONSE, call};
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
    let rialto = Rialto::builder().supergraph(include_str!("../fixtures/one.graphql")).subgraph("a", one);
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
    let unknown = Rialto::builder().supergraph(include_str!("../fixtures/one.graphql")).subgraph_at("b", "http://b");
    assert_eq!(refused(unknown).await.to_string(), "the supergraph has no subgraph \"b\"; it has a");
    let (mute, _) = subgraph("", json!({}));
    let mute = mute.fallback(async || "<html>");
    let elsewhere = Router::new().nest("/elsewhere", mute);
    let source = |error: BuildError| std::error::Error::source(&error).unwrap().to_string();
    let error = source(refused(Rialto::builder().subgraph("a", elsewhere)).await);
    assert_eq!(error, "the subgraph \"a\" at this process: it does not answer GraphQL (status 404)");
    let untold = Router::new()
        .route("/graphql", post(async || Json(json!({"data": null, "errors": [{"message": "no _service here"}]}))));
    let error = source(refused(Rialto::builder().subgraph("a", untold)).await);
    assert!(error.contains("it does not tell its schema (no _service here)"), "{error}");
    let lost = Rialto::builder().schema("a", "type Query { one: Int }");
    assert!(matches!(refused(lost).await, BuildError::NoAddress(name) if name == "a"));
    let (clash, _) = subgraph("type Query { one: String }", json!({}));
    let (one, _) = subgraph("type Query { one: Int }", json!({}));
    let error = refused(Rialto::builder().subgraph("a", one).subgraph("b", clash)).await;
    assert!(matches!(&error, BuildError::Composition(errors) if !errors.is_empty()), "{error}");
}

/// The folder of built examples: `cargo test` builds them beside the tests, `cargo test --test embed` does not.
fn examples() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap().join("examples");
    if !built.join("embed").exists() || !built.join("library").exists() {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let status = cargo.args(["build", "--quiet", "--package", "rialto", "--examples"]).status().unwrap();
        assert!(status.success(), "the examples do not build");
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
    let mut child = Command::new(examples().join("embed")).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().unwrap();
    let said: Vec<_> = BufReader::new(child.stdout.take().unwrap()).lines().take(2).map(Result::unwrap).collect();
    let _child = Ended(child);
    let target = rialto::assemble::at(said[1].strip_prefix("Ready: ").unwrap()).unwrap();
    let request = http::Request::post(target.path.as_str())
        .header("content-type", "application/json")
        .body(r#"{"query":"{ books { title author { name } } }"}"#.into());
    let answer = call(&*target.transport, request.unwrap(), MAX_RESPONSE).await.unwrap();
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    let book = |title: &str, name: &str| json!({"title": title, "author": {"name": name}});
    assert_eq!(answer, json!({"data": {"books": [book("Emma", "Jane Austen"), book("Ulysses", "James Joyce")]}}));
    assert_eq!(serde_json::from_str::<Value>(&said[0]).unwrap(), answer);
}

/// The chapter of the README, as somebody runs it who pastes its blocks one after the other; only the ports are free ones, and
/// the programs are built.
#[cfg(unix)]
#[test]
fn the_walk_through_of_the_router_alone_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let chapter = readme.split("\n## The router alone\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = chapter.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines: String = blocks.skip(1).collect();
    let listeners = [4000, 4001, 4002].map(|port| (port, TcpListener::bind("127.0.0.1:0").unwrap()));
    let ports = listeners.map(|(port, listener)| (port.to_string(), listener.local_addr().unwrap().port().to_string()));
    let moved = |text: String| {
        ports.iter().fold(text, |text, (port, free)| text.replace(&format!(":{port}"), &format!(":{free}")))
    };
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root.join("router/examples/library")).unwrap() {
        let file = file.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        std::fs::write(folder.path().join(file.file_name()), moved(text)).unwrap();
    }
    let router = Path::new(env!("CARGO_BIN_EXE_rialto")).parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap();
    let before =
        "trap 'kill $(jobs -p)' EXIT\nlibrary() { exec \"$(type -P library)\" 127.0.0.1:4001 127.0.0.1:4002; }\n";
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &moved(format!("{before}{lines}"))]);
    shell.env("PATH", format!("{}:{}:{path}", router.display(), examples().display()));
    shell.env("LISTEN", format!("127.0.0.1:{}", ports[0].1)).env("RUST_LOG", "error").env("no_proxy", "*");
    let output = shell.current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(
        said.contains("1: authors, after 0") && said.contains(r#"{"title":"Ulysses","author":{"name":"James Joyce"}}"#),
        "{said}\n{complained}"
    );
}
