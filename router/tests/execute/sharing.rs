//! Equal reads that are under way at the same time are one, where nobody could tell the difference.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use rialto::{
    compose::{Subgraph, compose},
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
    request::GraphQLRequest,
};
use schema::{Caller, Transport, TransportError, Viewer, transport};
use tokio::sync::Semaphore;

use crate::canned::user;

const SDL: &str = "type Query { a: Int }  type Mutation { set: Int }";

/// A subgraph that answers when it is let to.
#[derive(Clone)]
struct Gate {
    asked: Arc<AtomicUsize>,
    open: Arc<Semaphore>,
    /// Whether it gives up, as the shop's subgraphs do, when the time is over that it was told.
    punctual: bool,
}

impl Transport for Gate {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let this = self.clone();
        async move {
            let body = String::from_utf8_lossy(request.body().whole().unwrap()).into_owned();
            if body.contains("mutation") {
                return Ok(http::Response::new(r#"{"data":{"set":1}}"#.into()));
            }
            this.asked.fetch_add(1, Ordering::SeqCst);
            let told = request.headers()["rialto-deadline-ms"].to_str().unwrap().parse().unwrap();
            let end = if this.punctual { Duration::from_millis(told) } else { Duration::MAX };
            match tokio::time::timeout(end, this.open.acquire()).await {
                Ok(permit) => permit.unwrap().forget(),
                Err(_) => return Ok(http::Response::new(LATE.into())),
            }
            Ok(http::Response::new(r#"{"data":{"a":7}}"#.into()))
        }
        .boxed()
    }

    fn observes(&self) -> transport::Observed {
        transport::Observed::MessageAndCaller
    }
}

struct Graph {
    engine: Arc<Engine>,
    gate: Gate,
}

impl Graph {
    fn new(share: bool) -> Self {
        Self::over(Gate { asked: Arc::default(), open: Arc::new(Semaphore::new(0)), punctual: false }, share)
    }

    fn over(gate: Gate, share: bool) -> Self {
        let sdl = Subgraph { name: "one".into(), url: String::new(), sdl: SDL.into() };
        let composed = compose(&[sdl]).unwrap();
        let target = SubgraphTarget { transport: Arc::new(gate.clone()), path: "/".into() };
        let settings = EngineSettings { share, ..EngineSettings::default() };
        let targets = HashMap::from([("one".to_owned(), target)]);
        Self { engine: Arc::new(Engine::new(&composed.supergraph_sdl, &targets, settings).unwrap()), gate }
    }

    /// Sends an operation and comes back when the subgraph was asked `asked` times in all, or can be asked no more.
    async fn start(&self, query: &str, viewer: Viewer, asked: usize) -> tokio::task::JoinHandle<Bytes> {
        let (engine, query) = (self.engine.clone(), query.to_owned());
        let caller = Arc::new(Caller { viewer, ..Caller::default() });
        let context =
            RequestContext { caller, authorization: None, cookies: None, allow_mutations: true, arrived: None };
        let request = GraphQLRequest { query: Some(query), ..GraphQLRequest::default() };
        let running = tokio::spawn(async move { engine.execute(request, context).await.body });
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(self.asked(), asked);
        running
    }

    fn asked(&self) -> usize {
        self.gate.asked.load(Ordering::SeqCst)
    }
}

const LATE: &str = r#"{"errors":[{"message":"too late","extensions":{"code":"TIMEOUT"}}]}"#;
const ANSWER: &[u8] = b"{\"data\":{\"a\":7}}";

#[tokio::test]
async fn equal_reads_are_asked_once() {
    let graph = Graph::new(true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    let other = graph.start("{ a }", Viewer::Anonymous, 1).await;
    graph.gate.open.add_permits(1);
    assert_eq!((&*one.await.unwrap(), &*other.await.unwrap()), (ANSWER, ANSWER));
    let later = graph.start("{ a }", Viewer::Anonymous, 2).await;
    graph.gate.open.add_permits(1);
    assert_eq!(&*later.await.unwrap(), ANSWER);
}

#[tokio::test]
async fn sharing_can_be_switched_off() {
    let graph = Graph::new(false);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    let other = graph.start("{ a }", Viewer::Anonymous, 2).await;
    graph.gate.open.add_permits(2);
    assert_eq!((&*one.await.unwrap(), &*other.await.unwrap()), (ANSWER, ANSWER));
}

#[tokio::test]
async fn nobody_joins_the_read_of_another_caller() {
    let graph = Graph::new(true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    let other = graph.start("{ a }", user(&["some"]), 2).await;
    graph.gate.open.add_permits(2);
    assert_eq!((&*one.await.unwrap(), &*other.await.unwrap()), (ANSWER, ANSWER));
}

#[tokio::test]
async fn whoever_asked_first_may_go_away() {
    let graph = Graph::new(true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    let other = graph.start("{ a }", Viewer::Anonymous, 1).await;
    one.abort();
    assert!(one.await.unwrap_err().is_cancelled());
    graph.gate.open.add_permits(1);
    assert_eq!(&*other.await.unwrap(), ANSWER);
}

#[tokio::test]
async fn a_read_that_nobody_waits_for_is_not_joined() {
    let graph = Graph::new(true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    one.abort();
    assert!(one.await.unwrap_err().is_cancelled());
    let other = graph.start("{ a }", Viewer::Anonymous, 2).await;
    graph.gate.open.add_permits(1);
    assert_eq!(&*other.await.unwrap(), ANSWER);
}

#[tokio::test]
async fn no_read_is_joined_that_is_older_than_a_mutation() {
    let graph = Graph::new(true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    let written = graph.start("mutation { set }", Viewer::Anonymous, 1).await;
    assert_eq!(&*written.await.unwrap(), b"{\"data\":{\"set\":1}}");
    let other = graph.start("{ a }", Viewer::Anonymous, 2).await;
    graph.gate.open.add_permits(2);
    assert_eq!((&*one.await.unwrap(), &*other.await.unwrap()), (ANSWER, ANSWER));
}

#[tokio::test(start_paused = true)]
async fn a_request_is_not_failed_by_the_shorter_time_of_the_one_it_joined() {
    let gate = Gate { asked: Arc::default(), open: Arc::new(Semaphore::new(0)), punctual: true };
    let graph = Graph::over(gate, true);
    let one = graph.start("{ a }", Viewer::Anonymous, 1).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    let other = graph.start("{ a }", Viewer::Anonymous, 1).await;
    // The first has 30 s, after which the subgraph gives up; the other has ten more and asks for itself.
    let late = String::from_utf8(one.await.unwrap().to_vec()).unwrap();
    assert!(late.contains("TIMEOUT"), "{late}");
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(graph.asked(), 2);
    graph.gate.open.add_permits(1);
    assert_eq!(&*other.await.unwrap(), ANSWER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_start_at_the_same_moment_are_one_however_often_they_do() {
    let graph = Graph::new(true);
    graph.gate.open.add_permits(100_000);
    for _ in 0..200 {
        let run = || {
            let (engine, context) = (graph.engine.clone(), RequestContext::anonymous());
            tokio::spawn(async move { engine.execute("{ a }".into(), context).await.body })
        };
        for running in [run(), run(), run(), run()] {
            assert_eq!(&*running.await.unwrap(), ANSWER);
        }
    }
    // Nothing that ended is remembered: whoever comes now asks anew.
    let asked = graph.asked();
    let later = graph.engine.execute("{ a }".into(), RequestContext::anonymous()).await;
    assert_eq!((&*later.body, graph.asked()), (ANSWER, asked + 1));
}
