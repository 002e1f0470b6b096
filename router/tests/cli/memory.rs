//! What a router keeps in memory, whatever it is sent.
//!
//! Measured from outside, by what Linux says of the process: limits that are counted inside can be wrong together.

#![cfg(target_os = "linux")]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use crate::running::{Running, serve};

/// The bytes of a document: as long as the default limit of a request allows, and each can be escaped in JSON.
const LENGTH: usize = 900 * 1024;

/// The resident memory of the process, in bytes.
fn resident(running: &Running) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

/// Posts a document, and returns the status line.
fn post(running: &Running, document: &str) -> String {
    let body = serde_json::json!({ "query": document }).to_string();
    let mut stream = TcpStream::connect(running.address).unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// A long document, of which there is one for each number: in turn a comment, a string that ends up in the plan too,
/// as many fields as the limit of tokens allows, fields that do not exist, and what is no GraphQL.
fn document(number: usize) -> String {
    let filler = |length: usize| format!("{number}{}", "x".repeat(length - 10));
    match number % 5 {
        0 => format!("{{ __typename }} # {}", filler(LENGTH)),
        1 => format!("{{ hello(name: \"{}\") }}", filler(LENGTH)),
        2 => format!("{{ __type(name: \"Query\") {{ {} }} }} # {}", "name ".repeat(7_000), filler(LENGTH - 40_000)),
        3 => format!(
            "{{ {} }}",
            (0..50).fold(String::new(), |fields, at| fields + &format!("f{at}_{} ", filler(LENGTH / 50)))
        ),
        _ => format!("{{ hello ) # {}", filler(LENGTH)),
    }
}

#[test]
fn documents_of_any_kind_do_not_fill_the_memory() {
    let running = serve(&["--log=error"]);
    let send = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            let status = post(&running, &document(number));
            assert!(status.starts_with("HTTP/1.1 200"), "{number}: {status}");
        }
        resident(&running)
    };
    let after_ten = send(0..10);
    let after_all = send(10..410);
    let grown = after_all.saturating_sub(after_ten) / 1024 / 1024;
    println!("{} MB after ten documents, {grown} MB more after 400", after_ten / 1024 / 1024);
    assert!(grown <= 100, "{grown} MB more");
}
