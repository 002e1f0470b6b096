//! The subgraphs' server: each question is worked out once, then answered from memory, so that subgraphs cost next to
//! nothing and the routers are what is measured.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::header::CONTENT_TYPE, response::IntoResponse, routing::post};

use super::graph::{self, Subgraph};

/// What one subgraph has answered so far, by the request's body.
struct Known {
    subgraph: Subgraph,
    answers: Mutex<HashMap<Bytes, Bytes>>,
    delay: Duration,
}

/// Serves all subgraphs at `/NAME` of one port, which is printed, until the process is ended.
pub fn serve() {
    let delay = Duration::from_micros(std::env::var("LOAD_DELAY_US").map_or(0, |delay| delay.parse().expect("µs")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        let mut app = Router::new();
        for subgraph in graph::subgraphs() {
            let path = format!("/{}", subgraph.0);
            let known = Arc::new(Known { subgraph, answers: Mutex::default(), delay });
            app = app.route(&path, post(answer).with_state(known));
        }
        let app = app.layer(axum::extract::DefaultBodyLimit::disable());
        axum::serve(listener, app).await.unwrap();
    });
}

async fn answer(State(known): State<Arc<Known>>, body: Bytes) -> impl IntoResponse {
    if !known.delay.is_zero() {
        tokio::time::sleep(known.delay).await;
    }
    let found = known.answers.lock().unwrap().get(&body).cloned();
    let answer = if let Some(found) = found {
        found
    } else {
        let request = serde_json::from_slice(&body).expect("routers send JSON");
        let response = known.subgraph.1.answer(request).await;
        assert!(response.errors.is_empty(), "{}: {:?}", known.subgraph.0, response.errors);
        let answer = Bytes::from(serde_json::to_vec(&response).unwrap());
        if std::env::var_os("LOAD_PRINT").is_some() {
            eprintln!("{}: {} → {} bytes", known.subgraph.0, String::from_utf8_lossy(&body), answer.len());
        }
        known.answers.lock().unwrap().insert(body, answer.clone());
        answer
    };
    ([(CONTENT_TYPE, "application/json")], answer)
}
