//! The whole shop as one program: how it greets, what it keeps, how it fails.
#![cfg(feature = "embedded")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

fn rialto(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
    // Warnings, such as of a password among the arguments, are not what these tests are about.
    command.args(args).arg("--log=error").stdin(Stdio::null());
    for name in ["USERS_DATABASE_URL", "PRODUCTS_DATABASE_URL", "ORDERS_DATABASE_URL", "FILES_DIR", "DATA"] {
        command.env_remove(name);
    }
    command
}

struct Shop {
    child: Child,
    address: String,
    /// The lines after the first.
    greeting: String,
}

impl Shop {
    /// Starts on a free port and waits until it is ready.
    fn start(args: &[&str], lines: usize) -> Self {
        let args = [&["--listen", "127.0.0.1:0"], args].concat();
        let mut child = rialto(&args).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let ready = output.next().unwrap();
        let address = ready.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        let greeting = output.by_ref().take(lines - 1).collect();
        Self { child, address, greeting }
    }

    fn ask(&self, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }

    fn log_in(&self, password: &str) -> Value {
        let input = format!("{{ login: \"demo\", password: {password:?} }}");
        self.ask(&format!("mutation {{ login(input: {input}) {{ user {{ username }} userErrors {{ code }} }} }}"))
    }

    /// Ends it as an operator would and returns its status.
    fn end(mut self) -> Option<i32> {
        #[cfg(unix)]
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        #[cfg(not(unix))]
        self.child.kill().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_first_start_says_how_to_log_in_and_a_second_finds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data", folder.path().to_str().unwrap()];
    let first = Shop::start(&data, 2);
    let password = first.greeting.rsplit(' ').next().unwrap().to_owned();
    assert_eq!(first.log_in(&password)["data"]["login"]["user"]["username"], "demo");
    assert!(first.ask("{ products { totalCount } }")["data"]["products"]["totalCount"].as_u64() >= Some(200));
    assert_eq!(first.end(), Some(0));
    let second = Shop::start(&data, 2);
    assert!(!second.greeting.contains(&password));
    assert_eq!(second.log_in(&password)["data"]["login"]["user"]["username"], "demo");
    assert_eq!(second.end(), Some(0));
    let third = Shop::start(&[&data[..], &["--demo-password", "quite another one"]].concat(), 2);
    assert_eq!(third.log_in(&password)["data"]["login"]["user"], Value::Null);
    assert_eq!(third.log_in("quite another one")["data"]["login"]["user"]["username"], "demo");
}

#[cfg(unix)]
#[test]
fn an_ephemeral_shop_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = rialto(&["--ephemeral", "--no-demo", "--listen", "127.0.0.1:0"]);
    let mut child = command.env("TMPDIR", folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let entries = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(entries(), 1);
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(entries(), 0);
}

/// Asserts that it ends with one line that contains `part`.
fn refused(args: &[&str], part: &str) {
    let output = rialto(&[&["--listen", "127.0.0.1:0"], args].concat()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.starts_with("rialto: ") && said.contains(part), "{said}");
}

#[test]
fn a_database_that_cannot_be_opened_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data", folder.path().to_str().unwrap()];
    let with = |flag, url| refused(&[&data[..], &[flag, url]].concat(), "cannot open the database");
    with("--users-database-url", "postgres://nobody:secret@127.0.0.1:9/users");
    refused(&[&data[..], &["--orders-database-url", "mysql://localhost/x"]].concat(), "is neither sqlite:FILE nor");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&["--data", file.to_str().unwrap()], "file");
    refused(&[&data[..], &["--demo-password", "short"]].concat(), "the demo password");
}

/// Whoever changes a domain's schema changes these files with it: `cargo run -- schema`.
#[test]
fn the_schemas_in_the_repository_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let output = rialto(&["schema", "--check", "--folder", folder.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
