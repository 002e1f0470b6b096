//! A subgraph that answers the same to everything, and remembers the headers with which it was asked.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// The headers of one request, by name in lower case.
pub type Headers = BTreeMap<String, String>;

/// Answers until the tests end.
pub struct Recorder {
    /// Where it answers, without a path.
    pub url: String,
    heard: Arc<Mutex<Vec<Headers>>>,
}

impl Recorder {
    /// Answers `body` to every request.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub fn answering(body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hearing = heard.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(headers) = answer(stream, body) {
                    hearing.lock().unwrap_or_else(PoisonError::into_inner).push(headers);
                }
            }
        });
        Self { url, heard }
    }

    /// The headers of every request so far.
    pub fn heard(&self) -> Vec<Headers> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(stream: TcpStream, body: &str) -> Option<Headers> {
    let mut reader = BufReader::new(stream);
    reader.read_line(&mut String::new()).ok()?;
    let mut headers = Headers::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.read_exact(&mut vec![0; length]).ok()?;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    write!(reader.get_mut(), "{head}content-length: {}\r\n\r\n{body}", body.len()).ok()?;
    Some(headers)
}
