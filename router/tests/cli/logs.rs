//! The router's log as an operator reads it.

#![cfg(unix)]

use std::{
    fs::File,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::running::{HELLO, Running, configured, refused, rialto, slow_subgraph, start_command};

/// A running router whose log is a file.
struct Logging {
    running: Running,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Logging {
    /// Over a subgraph at `url`, with more flags.
    fn over(url: &str, more: &[&str]) -> Self {
        let (folder, config) = configured(&format!("[subgraphs.a]\nurl = \"{url}\"\nschema = \"a.graphql\""));
        std::fs::write(folder.path().join("a.graphql"), HELLO).unwrap();
        let log = folder.path().join("log");
        let serve = ["serve", "--config", &config, "--listen", "127.0.0.1:0"];
        let running = start_command(rialto(&[&serve, more].concat()).stderr(File::create(&log).unwrap()));
        let logging = Self { running, log, _folder: folder };
        // It is ready a moment before its log says so.
        logging.wait("ready", |lines| lines.iter().any(|line| line.contains("ready")));
        logging
    }

    /// The lines so far.
    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.log).unwrap().lines().map(str::to_owned).collect()
    }

    /// The lines about requests, of which there are `count` soon: a line may follow its response.
    fn requests(&self, count: usize) -> Vec<String> {
        let of_requests = |lines: &[String]| -> Vec<String> {
            lines.iter().filter(|line| line.contains("duration_ms")).cloned().collect()
        };
        let lines = of_requests(&self.wait("requests", |lines| of_requests(lines).len() >= count));
        assert_eq!(lines.len(), count, "{lines:#?}");
        lines
    }

    /// The lines, as soon as they say what is wanted.
    fn wait(&self, what: &str, is_said: impl Fn(&[String]) -> bool) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let lines = self.lines();
            if is_said(&lines) {
                return lines;
            }
            assert!(Instant::now() < deadline, "{what}: {lines:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The address of a subgraph that says hello.
fn hello() -> String {
    format!("http://{}/graphql", slow_subgraph("127.0.0.1:0", HELLO, Duration::ZERO))
}

/// The address of a subgraph that answers everything in this way.
fn answering(answer: &'static str) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
        }
    });
    format!("http://{address}/graphql")
}

#[track_caller]
fn assert_says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part} is not in {line}");
    }
}

const BROWSE: &str = r#"{"query":"query Browse { hello }"}"#;

#[test]
fn a_line_says_who_asked_for_what_and_what_came_of_it() {
    let logging = Logging::over(&hello(), &[]);
    let client: [(&str, &[u8]); 2] = [("apollographql-client-name", b"web"), ("apollographql-client-version", b"1.2")];
    let answer = logging.running.post(&client, BROWSE);
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    let line = &logging.requests(1)[0];
    let known = [" INFO ", "request", "method=POST", "path=\"/graphql\"", "operation=\"Browse\"", "client=\"web\""];
    assert_says(line, &known);
    let request_id = format!("request_id=\"{id}\"");
    assert_says(line, &["client_version=\"1.2\"", "status=200", "outcome=ok", "duration_ms=", &request_id]);
    assert!(!line.contains("codes"), "{line}");

    for (number, (body, parts)) in [
        (r#"{"query":"{ nothing }"}"#, ["outcome=refused", "codes=\"GRAPHQL_VALIDATION_FAILED\"", "status=200"]),
        (r#"{"query":"query A { hello }","operationName":"B"}"#, ["outcome=refused", "operation=\"B\"", "status=200"]),
        ("no json", ["outcome=refused", "codes=\"BAD_USER_INPUT\"", "status=400"]),
    ]
    .into_iter()
    .enumerate()
    {
        logging.running.post(&[], body);
        let line = &logging.requests(number + 2)[number + 1];
        assert_says(line, &[" INFO "]);
        assert_says(line, &parts);
    }
    assert!(logging.lines().iter().all(|line| !line.contains('\u{1b}')), "no colours in a file");
}

#[test]
fn the_level_says_whose_fault_it_was() {
    for (url, level, codes) in [
        ("http://127.0.0.1:9/graphql".to_owned(), " WARN ", "codes=\"UNAVAILABLE\""),
        (answering("nonsense"), "ERROR ", "codes=\"INTERNAL\""),
        (
            answering(r#"{"data":null,"errors":[{"message":"x","extensions":{"code":"ODD"}}]}"#),
            " WARN ",
            "codes=\"ODD\"",
        ),
        (
            answering(r#"{"data":null,"errors":[{"message":"x","extensions":{"code":"FORBIDDEN"}}]}"#),
            " INFO ",
            "FORBIDDEN",
        ),
    ] {
        let logging = Logging::over(&url, &[]);
        logging.running.post(&[], BROWSE);
        assert_says(&logging.requests(1)[0], &[level, codes, "outcome=partial", "status=200"]);
    }
    let slow = format!("http://{}/graphql", slow_subgraph("127.0.0.1:0", HELLO, Duration::from_secs(20)));
    let logging = Logging::over(&slow, &["--timeout-seconds", "1"]);
    logging.running.post(&[], BROWSE);
    assert_says(&logging.requests(1)[0], &[" WARN ", "codes=\"TIMEOUT\""]);
}

#[test]
fn what_clients_send_is_one_line_and_bounded() {
    for format in ["text", "json"] {
        let logging = Logging::over(&hello(), &["--log-format", format]);
        let before = logging.lines().len();
        let forged = "x\n2026-01-01T00:00:00Z ERROR forged \u{1b}[2K";
        let body = json!({"query": "query Browse { hello }", "operationName": forged}).to_string();
        // A tab, the control character U+009B, and a quote.
        let name: [(&str, &[u8]); 1] = [("apollographql-client-name", b"a\tb\xc2\x9b[2K\" status=500")];
        logging.running.post(&name, &body);
        let long = json!({"query": "{ hello }", "operationName": "x".repeat(10_000)}).to_string();
        logging.running.post(&[("apollographql-client-name", &[b'x'; 5_000])], &long);
        let lines = logging.requests(2);
        assert_eq!(logging.lines().len(), before + 2, "one line each");
        assert!(lines[1].len() < 700, "{}", lines[1].len());
        assert!(lines[0].chars().all(|letter| !letter.is_control()), "{}", lines[0]);
        if format == "text" {
            assert_says(
                &lines[0],
                &[r#"operation="x\n2026-01-01T00:00:00Z ERROR forged"#, r#"\" status=500""#, " INFO "],
            );
        } else {
            let line: Value = serde_json::from_str(&lines[0]).unwrap();
            assert_eq!(line["operation"], forged);
            assert_eq!(line["client"], "a\tb\u{9b}[2K\" status=500");
        }
    }
}

#[test]
fn json_lines_hold_each_fact_as_a_member() {
    for by_flag in [true, false] {
        let (folder, config) = configured(&format!("[subgraphs.a]\nurl = \"{}\"", hello()));
        let log = folder.path().join("log");
        let mut command = rialto(&["serve", "--config", &config, "--listen", "127.0.0.1:0", "--log=debug"]);
        if by_flag {
            command.args(["--log-format", "json"])
        } else {
            command.env("LOG_FORMAT", "json")
        };
        let running = start_command(command.stderr(File::create(&log).unwrap()));
        let logging = Logging { running, log, _folder: folder };
        logging.running.post(&[("x-request-id", b"known-1")], BROWSE);
        let lines: Value = serde_json::from_str(&logging.requests(1)[0]).unwrap();
        for (member, expected) in [
            ("level", json!("INFO")),
            ("target", json!("rialto::request")),
            ("message", json!("request")),
            ("request_id", json!("known-1")),
            ("operation", json!("Browse")),
            ("status", json!(200)),
            ("outcome", json!("ok")),
        ] {
            assert_eq!(lines[member], expected, "{lines}");
        }
        assert!(lines["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')) && lines["duration_ms"].is_f64());
        for line in logging.lines() {
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(["timestamp", "level", "target", "message"].iter().all(|name| line[name].is_string()), "{line}");
        }
    }
    refused(&["serve", "--log-format", "xml"], "--log-format");
}

#[test]
fn the_log_says_that_it_is_ready_too() {
    let logging = Logging::over(&hello(), &[]);
    let address = format!("address={}", logging.running.address);
    logging.running.hello();
    let lines = logging.lines();
    let ready = lines.iter().find(|line| line.contains("ready")).unwrap();
    assert_says(ready, &[" INFO ", &address, "after_ms="]);
}

#[test]
fn refusals_for_want_of_places_are_a_line_per_second() {
    let slow = format!("http://{}/graphql", slow_subgraph("127.0.0.1:0", HELLO, Duration::from_secs(2)));
    let logging = Logging::over(&slow, &["--max-in-flight", "1"]);
    std::thread::scope(|scope| {
        let began = Instant::now();
        let first = scope.spawn(|| logging.running.post(&[], BROWSE));
        // What is wrong holds the one place for a moment only, should it be faster than the first.
        let is_refused = || logging.running.post(&[], r#"{"query":"{ nothing }"}"#).contains(" 503 ");
        let refused = std::iter::from_fn(|| (began.elapsed() < Duration::from_millis(1_500)).then(is_refused));
        let refused = refused.filter(|refused| *refused).count();
        assert!(refused > 10, "{refused}");
        drop(first.join().unwrap());
    });
    let lines = logging.lines();
    let said: Vec<_> = lines.iter().filter(|line| line.contains("requests are refused")).collect();
    assert!((1..=3).contains(&said.len()), "{said:#?}");
    assert_says(said[0], &[" WARN ", "maximum=1"]);
}

#[test]
fn a_log_that_may_grow_no_more_ends_nothing() {
    let (folder, config) = configured(&format!("[subgraphs.a]\nurl = \"{}\"", hello()));
    let log = folder.path().join("log");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 4; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_rialto")]);
    command.args(["serve", "--config", &config, "--listen", "127.0.0.1:0"]).env_remove("RUST_LOG");
    let running = start_command(command.stderr(File::create(&log).unwrap()));
    // More lines than 4 blocks of 512 or 1024 bytes hold.
    for _ in 0..60 {
        assert!(running.post(&[], BROWSE).contains("world"));
    }
    let length = std::fs::metadata(&log).unwrap().len();
    assert!((1_000..=4_096).contains(&length), "{length}");
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
}
