//! The client against servers that are written down byte by byte.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::*;
use crate::transport::{MAX_RESPONSE, call};

/// Reads one request and returns it: head and body.
async fn request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return String::from_utf8(request).unwrap(),
        }
    }
    let mut text = String::from_utf8(request).unwrap();
    let length = text
        .to_ascii_lowercase()
        .split("content-length:")
        .nth(1)
        .map(|rest| rest.split("\r\n").next().unwrap().trim().parse().unwrap());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.unwrap();
    text.push_str(&String::from_utf8(body).unwrap());
    text
}

/// A server that answers each connection's requests with `answers`, then closes it; the heads it read, and how many
/// connections there were.
struct Server {
    transport: HttpTransport,
    connections: watch::Receiver<usize>,
    requests: Arc<Mutex<Vec<String>>>,
}

/// The answers of the first connection, the second, and so on; the last list counts for all further ones. An empty
/// answer closes the connection after the request was read.
async fn server(answers: &[&[&str]]) -> Server {
    server_with(answers, "").await
}

async fn server_with(answers: &[&[&str]], credentials: &str) -> Server {
    let answers: Vec<Vec<String>> =
        answers.iter().map(|answers| answers.iter().map(ToString::to_string).collect()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{credentials}{}", listener.local_addr().unwrap());
    let (count, connections) = watch::channel(0);
    let requests = Arc::new(Mutex::new(Vec::new()));
    let heard = requests.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let number = *count.borrow();
            count.send_modify(|count| *count += 1);
            for answer in &answers[number.min(answers.len() - 1)] {
                let request = request(&mut stream).await;
                if request.is_empty() {
                    break;
                }
                heard.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    Server { transport: HttpTransport::new(&url).unwrap(), connections, requests }
}

impl Server {
    async fn get(&self) -> Result<Bytes, TransportError> {
        self.call(http::Request::get("/").body(Body::empty()).unwrap()).await
    }

    async fn call(&self, request: Request) -> Result<Bytes, TransportError> {
        Ok(call(&self.transport, request, MAX_RESPONSE).await?.into_body())
    }

    fn connections(&self) -> usize {
        *self.connections.borrow()
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

fn post() -> Request {
    http::Request::post("/").body("{}".into()).unwrap()
}

fn repeatable_post() -> Request {
    let mut request = post();
    request.extensions_mut().insert(Repeatable);
    request
}

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
const CLOSED: &str = "";

#[tokio::test]
async fn a_connection_serves_one_call_after_the_other() {
    let server = server(&[&[HELLO, CHUNKED, HELLO]]).await;
    for _ in 0..3 {
        assert_eq!(server.get().await.unwrap(), "hello");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_was_closed_is_replaced() {
    let server = server(&[&[HELLO]]).await;
    for _ in 0..3 {
        assert_eq!(server.call(post()).await.unwrap(), "hello");
        // The other side hangs up; whether that is seen before or while asking again makes no difference.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn too_much_is_refused_and_its_connection_not_used_again() {
    let server = server(&[&[HELLO]]).await;
    for (limit, expected) in [(4, None), (5, Some("hello"))] {
        let request = http::Request::get("/").body(Body::empty()).unwrap();
        let ended = call(&server.transport, request, limit).await;
        assert_eq!(ended.ok().map(http::Response::into_body).as_deref(), expected.map(str::as_bytes), "{limit}");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn what_may_be_repeated_is_sent_once_more_when_a_kept_connection_closes_unanswered() {
    for request in [repeatable_post, || http::Request::get("/").body(Body::empty()).unwrap()] {
        let server = server(&[&[HELLO, CLOSED], &[HELLO]]).await;
        assert_eq!(server.get().await.unwrap(), "hello");
        assert_eq!(server.call(request()).await.unwrap(), "hello");
        assert_eq!((server.connections(), server.requests()), (2, 3));
        let requests = server.requests.lock().unwrap();
        assert_eq!(requests[1], requests[2], "the second time everything is the same");
    }
}

#[tokio::test]
async fn it_is_sent_no_third_time_and_never_on_a_new_connection() {
    let server = server(&[&[HELLO, CLOSED], &[CLOSED]]).await;
    assert_eq!(server.get().await.unwrap(), "hello");
    assert!(matches!(server.call(repeatable_post()).await, Err(TransportError::Unreachable(_))));
    assert_eq!((server.connections(), server.requests()), (2, 3));
    // Nothing is kept now, and what a new connection does not answer is not repeated.
    assert!(server.call(repeatable_post()).await.is_err());
    assert_eq!((server.connections(), server.requests()), (3, 4));
}

#[tokio::test]
async fn what_may_not_be_repeated_is_sent_once() {
    let server = server(&[&[HELLO, CLOSED], &[HELLO]]).await;
    assert_eq!(server.get().await.unwrap(), "hello");
    assert!(matches!(server.call(post()).await, Err(TransportError::Unreachable(_))));
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[tokio::test]
async fn an_answer_that_is_broken_is_not_asked_for_again() {
    let server = server(&[&[HELLO, "HTTP/1.1 200 OK\r\nno header\r\n\r\n"], &[HELLO]]).await;
    assert_eq!(server.get().await.unwrap(), "hello");
    assert!(server.call(repeatable_post()).await.is_err());
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[test]
fn a_connection_is_kept_for_less_than_the_service_says() {
    for (value, seconds) in [
        (None, 30.0),
        (Some("timeout=5"), 4.0),
        (Some("max=100, Timeout=5"), 4.0),
        (Some("timeout=\"10\", max=3"), 8.0),
        (Some("timeout=0"), 0.0),
        (Some("timeout=100000"), 30.0),
        (Some("timeout=soon"), 30.0),
    ] {
        let value = value.map(|value| (HeaderName::from_static("keep-alive"), HeaderValue::from_static(value)));
        let headers = HeaderMap::from_iter(value);
        assert_eq!(idle(&headers), Duration::from_secs_f64(seconds), "{headers:?}");
    }
}

#[tokio::test]
async fn a_connection_whose_time_is_said_to_be_over_is_not_used_again() {
    let server =
        server(&[&["HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 5\r\n\r\nhello", HELLO]]).await;
    for connections in 1..=2 {
        assert_eq!(server.get().await.unwrap(), "hello");
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn credentials_of_the_address_are_sent_where_the_request_has_none() {
    let server = server_with(&[&[HELLO, HELLO]], "user:pass%20word@").await;
    server.get().await.unwrap();
    let own = http::Request::get("/").header("authorization", "Bearer token").body(Body::empty()).unwrap();
    server.call(own).await.unwrap();
    let requests = server.requests.lock().unwrap();
    assert!(requests[0].contains("authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n"), "{}", requests[0]);
    assert!(requests[1].contains("authorization: Bearer token\r\n"), "{}", requests[1]);
    assert!(requests.iter().all(|request| !request.contains('@')), "{requests:?}");
}

#[tokio::test]
async fn many_headers_are_read() {
    for count in [99, 150, 1000] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let transport = HttpTransport::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            request(&mut stream).await;
            let many = (0..count).map(|number| format!("x-{number}: value\r\n")).collect::<Vec<_>>().concat();
            stream
                .write_all(format!("HTTP/1.1 200 OK\r\n{many}content-length: 5\r\n\r\nhello").as_bytes())
                .await
                .unwrap();
        });
        let request = http::Request::get("/").body(Body::empty()).unwrap();
        let response = call(&transport, request, MAX_RESPONSE).await.unwrap();
        assert_eq!((response.headers().len(), &response.body()[..]), (count + 1, &b"hello"[..]));
    }
}

#[tokio::test]
async fn a_coding_that_nobody_asked_for_is_named() {
    for (coding, named) in [("br", "br"), ("Zstd", "zstd"), ("gzip, gzip", "gzip, gzip"), ("b<r>", "br")] {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: 5\r\n\r\nhello");
        let server = server(&[&[&answer]]).await;
        match server.get().await {
            Err(TransportError::Coding(told)) => assert_eq!(told, named),
            ended => panic!("{ended:?}"),
        }
        assert!(server.requests.lock().unwrap()[0].contains("accept-encoding: gzip\r\n"));
    }
}
