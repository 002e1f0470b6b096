//! The program from outside: what it says and how it ends.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const SUPERGRAPH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/one.graphql");

fn rialto(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
    command.args(args).env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// Asserts that `args` end with one line that contains `part`, and a status other than 0.
fn refused(args: &[&str], part: &str) {
    let Output { status, stdout, stderr } = rialto(args).arg("--log=error").output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{args:?} succeeded");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("rialto: ") && said.contains(part), "{args:?}: {said}");
    assert!(stdout.is_empty(), "{args:?} printed {}", String::from_utf8_lossy(&stdout));
}

/// A running router, and the address that its ready line names.
struct Running {
    child: Child,
    address: SocketAddr,
}

fn serve(more: &[&str]) -> Running {
    let args = [&["serve", "--supergraph", SUPERGRAPH, "--listen", "127.0.0.1:0"], more].concat();
    let mut child = rialto(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap();
    Running { child, address }
}

impl Running {
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    fn ends(mut self) -> Option<i32> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_bad_setting_is_one_line() {
    let serve = |more: &[&'static str]| [&["serve", "--supergraph", SUPERGRAPH], more].concat();
    refused(&["serve"], "--supergraph");
    refused(&["serve", "--supergraph", "nowhere.graphql"], "cannot read the supergraph nowhere.graphql");
    refused(&["serve", "--supergraph", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")], "is not a GraphQL schema");
    refused(&serve(&["--listen", "everywhere"]), "--listen");
    refused(&serve(&["--listen", "127.0.0.1:0", "--subgraph", "b=http://localhost"]), "it has a");
    refused(&serve(&["--listen", "127.0.0.1:0", "--subgraph", "a"]), "is not NAME=URL");
    refused(&serve(&["--listen", "127.0.0.1:0", "--proxy", "/graphql=http://localhost"]), "is no path to pass on");
    refused(&serve(&["--listen", "127.0.0.1:0", "--jwks-url", "users"]), "--jwks-url");
    refused(&serve(&["--cors-origin", "shop.example"]), "is not an origin");
    refused(&serve(&["--trusted-proxy", "10.0.0.0/99"]), "is not an IP address or a network");
    refused(&serve(&["--max-depth", "deep"]), "--max-depth");
    refused(&["compose", "--config", "nowhere.toml"], "cannot read nowhere.toml");
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["serve", "--supergraph", SUPERGRAPH, "--listen", &address], "the port is already taken");
}

#[cfg(unix)]
#[test]
fn both_signals_end_it_with_status_0() {
    for signal in ["-INT", "-TERM"] {
        let running = serve(&[]);
        assert!(running.get("/health/live").contains("200 OK"));
        running.signal(signal);
        assert_eq!(running.ends(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn an_idle_connection_does_not_keep_it_from_ending() {
    let running = serve(&["--drain-seconds", "5"]);
    let idle = TcpStream::connect(running.address).unwrap();
    assert!(running.get("/health/ready").contains(r#""status":"ready""#));
    let asked = Instant::now();
    running.signal("-TERM");
    assert_eq!(running.ends(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(4));
    drop(idle);
}

#[test]
fn a_service_key_is_made_once_and_published() {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("keys/router.pem");
    let flag = format!("--service-key-file={}", file.display());
    let first = serve(&[&flag]).get("/.well-known/service-jwks.json");
    let again = serve(&[&flag]).get("/.well-known/service-jwks.json");
    let body = |answer: &str| answer.split("\r\n\r\n").nth(1).unwrap().to_owned();
    assert!(body(&first).contains("Ed25519"));
    assert_eq!(body(&first), body(&again));
    assert!(serve(&[]).get("/.well-known/service-jwks.json").contains("404"));
}

#[test]
fn every_command_explains_itself() {
    for args in [&["--help"][..], &["serve", "--help"], &["compose", "--help"]] {
        let output = rialto(args).output().unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("Usage: rialto"));
    }
}
