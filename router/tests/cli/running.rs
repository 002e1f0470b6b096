//! The program as a child process, and subgraphs of this process for it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

pub const SUPERGRAPH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/one.graphql");

pub fn rialto(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
    command.args(args).env_remove("RUST_LOG").stdin(Stdio::null());
    command
}

/// Asserts that `args` end with one line that contains `part`, and a status other than 0.
pub fn refused(args: &[&str], part: &str) {
    let Output { status, stdout, stderr } = rialto(args).arg("--log=error").output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{args:?} succeeded");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("rialto: ") && said.contains(part), "{args:?}: {said}");
    assert!(stdout.is_empty(), "{args:?} printed {}", String::from_utf8_lossy(&stdout));
}

/// A running router, and the address that its ready line names.
pub struct Running {
    pub child: Child,
    pub address: SocketAddr,
}

pub fn serve(more: &[&str]) -> Running {
    start(&[&["serve", "--supergraph", SUPERGRAPH, "--listen", "127.0.0.1:0"], more].concat())
}

pub fn start(args: &[&str]) -> Running {
    start_command(rialto(args).stderr(Stdio::null()))
}

/// Starts what ends up as a router.
pub fn start_command(command: &mut Command) -> Running {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap();
    Running { child, address }
}

impl Running {
    /// Gets a path, and panics if nobody answers.
    pub fn get(&self, path: &str) -> String {
        self.try_get(path).unwrap()
    }

    /// The head and the body of the response to a GET, on a connection of its own.
    pub fn try_get(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// The head and the body of the response to a POST of GraphQL, with more headers.
    pub fn post(&self, headers: &[(&str, &[u8])], body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut request = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n".to_vec();
        for (name, value) in headers {
            request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        let length = body.len();
        request.extend(format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes());
        stream.write_all(&request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// What the router answers when it is asked for the field `hello`.
    pub fn hello(&self) -> String {
        let answer = self.get("/graphql?query=%7Bhello%7D");
        answer.split("\r\n\r\n").nth(1).unwrap().to_owned()
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    pub fn ends(mut self) -> Option<i32> {
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

/// The SDL of a subgraph that says hello.
pub const HELLO: &str = "type Query { hello: String }";

/// Listens at `address` as a subgraph that tells its SDL and says hello.
pub fn subgraph(address: &str, sdl: &'static str) -> SocketAddr {
    slow_subgraph(address, sdl, Duration::ZERO)
}

/// The same, which takes a while to say hello.
pub fn slow_subgraph(address: &str, sdl: &'static str, pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer_one(stream.unwrap(), sdl, pause);
        }
    });
    address
}

fn answer_one(mut stream: TcpStream, sdl: &str, pause: Duration) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        match line.strip_prefix("content-length:") {
            Some(value) => length = value.trim().parse().unwrap(),
            None if line.is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let asks_for_sdl = String::from_utf8(body).unwrap().contains("_service");
    let sdl = serde_json::json!({"data": {"_service": {"sdl": sdl}}}).to_string();
    let body = if asks_for_sdl {
        sdl
    } else {
        std::thread::sleep(pause);
        r#"{"data":{"hello":"world"}}"#.to_owned()
    };
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

/// A folder with a `rialto.toml` of this content, and the file's path.
pub fn configured(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rialto.toml");
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    (folder, file)
}

pub fn serve_config(file: &str) -> Running {
    start(&["serve", "--config", file, "--listen", "127.0.0.1:0"])
}
