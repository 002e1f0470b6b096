//! How a server begins and ends: what probes see, and what is still carried through.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Stdio,
    sync::mpsc,
    time::{Duration, Instant},
};

use crate::running::{HELLO, Running, SUPERGRAPH, configured, rialto, serve, start, subgraph};

/// A free address.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Asks until the answer contains `part`, for a while.
fn until(running: &Running, path: &str, part: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = running.try_get(path).unwrap_or_default();
        if answer.contains(part) {
            return answer;
        }
        assert!(Instant::now() < deadline, "{path}: {answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn while_it_waits_for_subgraphs_it_lives_and_is_not_ready() {
    let (missing, address) = (free(), free());
    let (_folder, file) = configured(&format!("[subgraphs.a]\nurl = \"http://{missing}/graphql\""));
    let child = rialto(&["serve", "--config", &file, "--listen", &address.to_string(), "--log=error"]).spawn().unwrap();
    let running = Running { child, address };
    let live = until(&running, "/health/live", "HTTP/1.1 200");
    assert!(live.contains("x-request-id"), "{live}");
    let unready = running.get("/health/ready");
    assert!(unready.starts_with("HTTP/1.1 503") && unready.contains(r#""status":"not ready""#), "{unready}");
    let early = running.get("/graphql?query=%7Bhello%7D");
    assert!(early.starts_with("HTTP/1.1 503") && early.contains("UNAVAILABLE"), "{early}");
    subgraph(&missing.to_string(), HELLO);
    until(&running, "/health/ready", "HTTP/1.1 200");
    assert!(running.hello().contains("world"));
}

#[cfg(unix)]
#[test]
fn after_a_signal_readiness_is_gone_at_once_and_the_port_after_the_delay() {
    let running = serve(&["--shutdown-delay-seconds", "5"]);
    assert!(running.get("/health/ready").starts_with("HTTP/1.1 200"));
    running.signal("-TERM");
    let unready = until(&running, "/health/ready", "HTTP/1.1 503");
    assert!(unready.contains("connection: close"), "{unready}");
    assert!(running.get("/health/live").starts_with("HTTP/1.1 200"));
    assert!(running.get("/graphql?query=%7B__typename%7D").contains("Query"), "whoever comes yet is served");
    let address = running.address;
    assert_eq!(running.ends(), Some(0));
    assert!(TcpStream::connect(address).is_err());
}

#[cfg(unix)]
#[test]
fn a_hang_up_of_the_terminal_ends_nothing() {
    let running = serve(&[]);
    for _ in 0..3 {
        running.signal("-HUP");
        std::thread::sleep(Duration::from_millis(50));
        assert!(running.get("/health/ready").starts_with("HTTP/1.1 200"));
    }
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
}

/// A subgraph that answers a mutation when it is told to, and says that it was asked.
fn slow_subgraph() -> (SocketAddr, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ((asked, was_asked), (answer, go)) = (mpsc::channel(), mpsc::channel::<()>());
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        asked.send(()).unwrap();
        let _ = go.recv();
        let body = r#"{"data":{"greet":"hi"}}"#;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
        let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    });
    (address, was_asked, answer)
}

fn send_mutation(running: &Running) -> TcpStream {
    let mut stream = TcpStream::connect(running.address).unwrap();
    let body = r#"{"query":"mutation { greet }"}"#;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    stream
}

#[cfg(unix)]
#[test]
fn a_mutation_is_waited_for_though_its_client_is_gone() {
    for hangs_up in [true, false] {
        let (address, was_asked, answer) = slow_subgraph();
        let url = format!("a=http://{address}/graphql");
        let mut running = start(&["serve", "--supergraph", SUPERGRAPH, "--listen", "127.0.0.1:0", "--subgraph", &url]);
        let mut client = send_mutation(&running);
        was_asked.recv().unwrap();
        if hangs_up {
            client.shutdown(std::net::Shutdown::Both).unwrap();
            std::thread::sleep(Duration::from_millis(200));
        }
        running.signal("-TERM");
        std::thread::sleep(Duration::from_millis(500));
        assert!(running.child.try_wait().unwrap().is_none(), "it ended before its mutation");
        answer.send(()).unwrap();
        if !hangs_up {
            let mut text = String::new();
            client.read_to_string(&mut text).unwrap();
            assert!(text.contains("connection: close") && text.ends_with(r#"{"data":{"greet":"hi"}}"#), "{text}");
        }
        assert_eq!(running.ends(), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn the_drain_is_bounded() {
    let (address, was_asked, answer) = slow_subgraph();
    let url = format!("a=http://{address}/graphql");
    let flags = ["--listen", "127.0.0.1:0", "--subgraph", &url, "--drain-seconds", "1"];
    let running = start(&[&["serve", "--supergraph", SUPERGRAPH], &flags[..]].concat());
    let client = send_mutation(&running);
    was_asked.recv().unwrap();
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
    drop((client, answer));
}

#[test]
fn it_goes_on_when_nobody_reads_what_it_says() {
    let mut child = rialto(&["serve", "--supergraph", SUPERGRAPH, "--listen", "127.0.0.1:0", "--log=debug"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap();
    drop(child.stderr.take());
    let running = Running { child, address };
    for _ in 0..3 {
        assert!(running.get("/graphql?query=%7B__typename%7D").contains("Query"));
        assert!(running.get("/graphql?query=%7Bnothing%7D").contains("GRAPHQL_VALIDATION_FAILED"));
    }
}

#[test]
fn it_starts_when_nobody_reads_that_it_is_ready() {
    let address = free();
    let mut child = rialto(&["serve", "--supergraph", SUPERGRAPH, "--listen", &address.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let running = Running { child, address };
    until(&running, "/health/ready", "HTTP/1.1 200");
    assert!(running.get("/graphql?query=%7B__typename%7D").contains("Query"));
}
