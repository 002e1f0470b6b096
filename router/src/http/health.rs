//! How the router is: alive as long as it answers, ready when it can serve.
//!
//! The router is ready when it holds a supergraph, when everybody it was told to ask ([`Probe`]) is ready, and while it
//! is not shutting down. Where subgraphs are processes of their own, nobody is asked: one that is down costs its part of
//! an answer, and taking every router out of service for it would cost the rest.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use futures_util::future::join_all;
use http::StatusCode;
use schema::{Transport, transport::get};
use serde_json::{Map, Value, json};

use super::Door;

/// Somebody who must be ready for the router to be.
#[derive(Clone)]
pub struct Probe {
    /// The name in the report.
    pub name: String,
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// What to ask; 200 means ready.
    pub path: String,
}

const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

pub(super) async fn ready(
    State(door): State<Arc<Door>>,
) -> (StatusCode, [(&'static str, &'static str); 1], Json<Value>) {
    let asked = join_all(door.settings.probes.iter().map(|probe| async {
        let answer = tokio::time::timeout(PATIENCE, get(probe.transport.as_ref(), &probe.path)).await;
        let ready = matches!(answer, Ok(Ok(_)));
        (ready, probe.name.clone())
    }))
    .await;
    let closing = door.closing.load(std::sync::atomic::Ordering::Relaxed);
    let ready = !closing && asked.iter().all(|(ready, _)| *ready);
    let word = |ready| Value::from(if ready { "ready" } else { "not ready" });
    let parts: Map<_, _> = asked.into_iter().map(|(ready, name)| (name, word(ready))).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let retry = if ready { ("cache-control", "no-store") } else { ("retry-after", "1") };
    (status, [retry], Json(json!({ "status": word(ready), "subgraphs": parts })))
}
