//! Subgraphs that answer with more than any answer may be, at the limits that nobody changed: the router takes no more
//! than the bound, tells what is missing, keeps the rest, and is ready for the next request.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Body, routing::post};
use bytes::Bytes;
use futures_util::stream;
use rialto::{
    compose::{Subgraph, compose},
    engine::{Engine, EngineSettings, RequestContext, SubgraphTarget},
};
use schema::{
    Transport,
    transport::{HttpTransport, InProcess, MAX_RESPONSE},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\"])\n";
const SMALL: &str = "type Query { things: [Thing] } type Thing @key(fields: \"id\") { id: ID! own: String }";
const LARGE: &str = "type Query { other: Int } type Thing @key(fields: \"id\") { id: ID! extra: String }";
const QUERY: &str = "{ things { own e: extra } }";
/// What 200 MB are.
const BODY: usize = 200_000_000;
/// What may be on its way, or in a buffer, when the router hangs up.
const UNDERWAY: usize = 16 * 1024 * 1024;

const GOOD: &str = r#"{"data":{"_entities":[{"extra":"e"}]}}"#;

/// What a subgraph does when it is asked.
#[derive(Clone, Copy, Debug)]
enum Answers {
    /// As it should.
    Well,
    /// With 200 MB, and says so.
    Announced,
    /// With 200 MB in chunks.
    InChunks,
    /// For as long as somebody listens.
    WithoutEnd,
}

/// How often each was asked, in this order, and what was written.
#[derive(Default)]
struct Server {
    asked: AtomicUsize,
    written: AtomicUsize,
}

impl Server {
    fn next(&self, script: &[Answers]) -> Answers {
        script.get(self.asked.fetch_add(1, Ordering::SeqCst)).copied().unwrap_or(Answers::Well)
    }

    /// Answers each connection as the script says, until the other side hangs up.
    async fn serve(self: Arc<Self>, listener: TcpListener, script: Vec<Answers>) {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (this, script) = (self.clone(), script.clone());
            tokio::spawn(async move { this.connection(stream, &script).await });
        }
    }

    async fn connection(&self, mut stream: TcpStream, script: &[Answers]) -> std::io::Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let mut request = Vec::new();
            while !request.ends_with(b"}}") {
                match stream.read(&mut buffer).await? {
                    0 => return Ok(()),
                    read => request.extend_from_slice(&buffer[..read]),
                }
            }
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
            let answers = self.next(script);
            let length = match answers {
                Answers::Well => {
                    let length = GOOD.len();
                    stream.write_all(format!("{head}content-length: {length}\r\n\r\n{GOOD}").as_bytes()).await?;
                    continue;
                }
                Answers::Announced => format!("content-length: {BODY}"),
                Answers::InChunks | Answers::WithoutEnd => "transfer-encoding: chunked".to_owned(),
            };
            stream.write_all(format!("{head}{length}\r\n\r\n").as_bytes()).await?;
            self.flood(&mut stream, answers).await?;
        }
    }

    /// One long string in JSON.
    async fn flood(&self, stream: &mut TcpStream, answers: Answers) -> std::io::Result<()> {
        let size = 256 * 1024;
        let text = if matches!(answers, Answers::Announced) {
            "x".repeat(size)
        } else {
            format!("{size:x}\r\n{}\r\n", "x".repeat(size))
        };
        let mut written = 0;
        while written < BODY || matches!(answers, Answers::WithoutEnd) {
            stream.write_all(text.as_bytes()).await?;
            written += size;
            self.written.fetch_add(size, Ordering::SeqCst);
        }
        Ok(())
    }
}

fn engine(large: Arc<dyn Transport>) -> Engine {
    let part = |name: &str, sdl: &str| Subgraph { name: name.into(), url: String::new(), sdl: format!("{LINK}{sdl}") };
    let composed = compose(&[part("small", SMALL), part("large", LARGE)]).unwrap();
    let things = json!({"data": {"things": [{"id": "1", "own": "o"}]}}).to_string();
    let small = Router::new().route("/", post(move || async move { things }));
    let target = |transport| SubgraphTarget { transport, path: "/".into() };
    let targets = HashMap::from([
        ("small".to_owned(), target(Arc::new(InProcess(small)) as Arc<dyn Transport>)),
        ("large".to_owned(), target(large)),
    ]);
    Engine::new(&composed.supergraph_sdl, &targets, EngineSettings::default()).unwrap()
}

async fn ask(engine: &Engine) -> Value {
    let answer = engine.execute(QUERY.into(), RequestContext::anonymous()).await;
    serde_json::from_slice(&answer.body).unwrap()
}

/// What was not taken is an error, and the rest is there.
fn is_too_large(answer: &Value) {
    assert_eq!(answer["data"], json!({"things": [{"own": "o", "e": null}]}), "{answer}");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[0]["path"]), (1, &json!(["things", 0, "e"])));
    assert_eq!(errors[0]["extensions"]["code"], "INTERNAL");
    assert_eq!(errors[0]["extensions"]["subgraph"], "large");
    assert_eq!(errors[0]["message"], "The subgraph \"large\" answered with too much.");
}

fn is_whole(answer: &Value) {
    assert_eq!(*answer, json!({"data": {"things": [{"own": "o", "e": "e"}]}}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_body_without_end_no_more_is_taken_than_the_bound() {
    for (answers, most) in
        [(Answers::Announced, 0), (Answers::InChunks, MAX_RESPONSE), (Answers::WithoutEnd, MAX_RESPONSE)]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = Arc::new(Server::default());
        let serving = tokio::spawn(server.clone().serve(listener, vec![Answers::Well, answers]));
        let engine = engine(Arc::new(HttpTransport::new(&url).unwrap()));
        is_whole(&ask(&engine).await);
        is_too_large(&ask(&engine).await);
        // The flood is over for the subgraph, too; what comes next knows nothing of it.
        is_whole(&ask(&engine).await);
        let written = server.written.load(Ordering::SeqCst);
        assert!(written <= most + UNDERWAY, "{answers:?}: {written} bytes were taken");
        serving.abort();
    }
}

#[tokio::test]
async fn of_a_service_in_the_same_process_no_more_is_taken_than_the_bound() {
    let (asked, given) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = given.clone();
    let chunk = Bytes::from(vec![b' '; 1024 * 1024]);
    let large = Router::new().route(
        "/",
        post(move || async move {
            if asked.fetch_add(1, Ordering::SeqCst) != 1 {
                return Body::from(GOOD);
            }
            Body::from_stream(stream::repeat_with(move || {
                counted.fetch_add(chunk.len(), Ordering::SeqCst);
                Ok::<_, std::io::Error>(chunk.clone())
            }))
        }),
    );
    let engine = engine(Arc::new(InProcess(large)));
    is_whole(&ask(&engine).await);
    is_too_large(&ask(&engine).await);
    is_whole(&ask(&engine).await);
    let given = given.load(Ordering::SeqCst);
    assert!(given <= MAX_RESPONSE + UNDERWAY, "{given} bytes were taken");
}
