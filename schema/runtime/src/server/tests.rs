use std::{future::pending, sync::Mutex};

use http::{StatusCode, header::CONNECTION};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::*;

type Tokens = Arc<Mutex<Vec<DrainToken>>>;

/// A server on a free port: `/wait` is answered when `go` is notified, `/keep` leaves something to be done behind.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<Shutdown>,
    ended: JoinHandle<()>,
    go: Arc<Notify>,
    left: Tokens,
}

async fn start() -> Running {
    start_with(Bounds::default()).await
}

async fn start_with(bounds: Bounds) -> Running {
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (go, left) = (Arc::new(Notify::new()), Tokens::default());
    let (waits, keeps) = (go.clone(), left.clone());
    let app = tower::service_fn(move |request: Request<Incoming>| {
        let (go, left) = (waits.clone(), keeps.clone());
        async move {
            match request.uri().path() {
                "/wait" => go.notified().await,
                "/keep" => left.lock().unwrap().push(request.extensions().get::<DrainToken>().unwrap().clone()),
                _ => {}
            }
            let peer = request.extensions().get::<Peer>().unwrap().0.to_string();
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(peer)))
        }
    });
    let (stop, stopped) = oneshot::channel();
    let stopped = async move {
        match stopped.await {
            Ok(shutdown) => shutdown,
            Err(_) => pending().await,
        }
    };
    let ended = tokio::spawn(serve(listener, app, None, bounds, stopped));
    Running { address, stop, ended, go, left }
}

fn within(drain: Duration) -> Shutdown {
    Shutdown { delay: Duration::ZERO, drain }
}

const LONG: Duration = Duration::from_mins(1);

/// Sends `head` and reads to the end of the connection.
async fn exchange(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_request_has_one_host() {
    let running = start().await;
    for (head, status) in [
        ("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.0\r\n\r\n", "200"),
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a b\r\n\r\n", "400"),
    ] {
        let answer = exchange(running.address, head).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{head}: {answer}");
    }
}

#[tokio::test]
async fn http_2_is_served_by_prior_knowledge_and_its_streams_are_bounded() {
    let running = start().await;
    let io = TokioIo::new(TcpStream::connect(running.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = |path: &str| {
        let uri = format!("http://{}{path}", running.address);
        Request::get(uri).body(Empty::<Bytes>::new()).unwrap()
    };
    let waiting = sender.send_request(request("/wait"));
    let answer = sender.send_request(request("/")).await.unwrap();
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, http::Version::HTTP_2));
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "127.0.0.1");
    // A stream that is open when the server ends is answered, and no other is.
    running.stop.send(within(LONG)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.go.notify_one();
    let answer = waiting.await.unwrap();
    assert!(answer.status() == StatusCode::OK && !answer.headers().contains_key(CONNECTION));
    drop(answer);
    drop(sender);
    let _ = connection.await;
    running.ended.await.unwrap();
}

#[tokio::test]
async fn a_preface_in_pieces_is_a_preface_and_half_of_one_is_none() {
    let running = start().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    for piece in ["PRI * HTTP/2.0\r\n", "\r\nSM\r\n\r\n", "\0\0\0\u{4}\0\0\0\0\0"] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "SETTINGS");
    let answer = exchange(running.address, "PRI / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn an_ending_server_goes_on_for_a_while_but_keeps_no_connection() {
    let running = start().await;
    running.stop.send(Shutdown { delay: Duration::from_millis(500), drain: LONG }).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answer = exchange(running.address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    running.ended.await.unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn what_is_being_done_is_waited_for_and_idle_connections_are_not() {
    let running = start().await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    let address = running.address;
    let waiting = tokio::spawn(async move { exchange(address, "GET /wait HTTP/1.1\r\nhost: a\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.stop.send(within(LONG)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!running.ended.is_finished());
    running.go.notify_one();
    let answer = waiting.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    running.ended.await.unwrap();
}

#[tokio::test]
async fn a_task_that_outlives_its_request_is_waited_for_within_bounds() {
    for patient in [true, false] {
        let running = start().await;
        exchange(running.address, "GET /keep HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let drain = if patient { LONG } else { Duration::from_millis(50) };
        running.stop.send(within(drain)).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(running.ended.is_finished(), !patient);
        running.left.lock().unwrap().clear();
        running.ended.await.unwrap();
    }
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_gets_that_of_one_who_is_silent() {
    let running = start_with(Bounds { max_connections: 4 }).await;
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
    // One is being answered, one was answered and is kept, and many say nothing, or half of something.
    let mut waiting = TcpStream::connect(running.address).await.unwrap();
    waiting.write_all(get("/wait").as_bytes()).await.unwrap();
    let mut kept = TcpStream::connect(running.address).await.unwrap();
    kept.write_all(get("/").as_bytes()).await.unwrap();
    let mut head = [0; 12];
    kept.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let mut silent = Vec::new();
    for number in 0..40 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let said: &[u8] = if number % 2 == 0 { b"" } else { b"GET / HTTP/1.1\r\nho" };
        stream.write_all(said).await.unwrap();
        silent.push(stream);
    }
    for _ in 0..3 {
        let head = get("/").replace("host: a", "host: a\r\nconnection: close");
        let answer = tokio::time::timeout(Duration::from_secs(20), exchange(running.address, &head)).await;
        assert!(answer.unwrap().starts_with("HTTP/1.1 200"));
    }
    // Those that were used were not taken for silent ones.
    kept.write_all(get("/").as_bytes()).await.unwrap();
    let mut rest = vec![0; 400];
    let length = kept.read(&mut rest).await.unwrap();
    assert!(length > 0, "the connection that was used is still there");
    running.go.notify_one();
    waiting.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
}

#[tokio::test]
async fn where_all_places_are_in_use_who_comes_waits() {
    let running = start_with(Bounds { max_connections: 1 }).await;
    let address = running.address;
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(request("/wait").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let head = request("/").replace("host: a", "host: a\r\nconnection: close");
    let second = tokio::spawn(async move { exchange(address, &head).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!second.is_finished());
    running.go.notify_one();
    let mut head = [0; 12];
    first.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200"));
}
