//! How the router is: alive as long as it answers, ready when it can serve.
//!
//! The router is ready when it holds a supergraph, when everybody who must be ([`Probe`]) is ready, and while it is not
//! shutting down. Where subgraphs are processes of their own, one that is not ready is told and changes nothing: it costs
//! its part of an answer, and taking every router out of service for it would cost the rest.
//!
//! The answer passes on why a subgraph is not ready, if the subgraph says so in the form that the shop's do
//! (`{"checks": {"disk": {"status": "fail", "reason": "the disk is full"}}}`).

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{Json, extract::State};
use futures_util::future::join_all;
use http::{Request, StatusCode};
use schema::{
    Transport, TransportError,
    transport::{Body, call},
};
use serde_json::{Map, Value, json};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::Door;

/// Somebody whose readiness is asked for.
#[derive(Clone)]
pub struct Probe {
    /// The name in the report.
    pub name: String,
    /// The way there.
    pub transport: Arc<dyn Transport>,
    /// What to ask; 200 means ready.
    pub path: String,
    /// Whether the router is ready only if this one is.
    pub is_required: bool,
}

/// The time for an answer: longer than a subgraph waits for its own checks.
const PATIENCE: Duration = Duration::from_secs(3);
/// For how long an answer is passed on.
const FRESH: Duration = Duration::from_secs(1);
/// The longest answer that is read, in bytes, and the longest reason that is passed on, in characters.
const MAX_ANSWER: usize = 64 * 1024;
const MAX_REASON: usize = 200;

/// What a probe found.
#[derive(Clone)]
struct Probed {
    name: String,
    is_ready: bool,
    is_required: bool,
    /// By the name of the check.
    reasons: Map<String, Value>,
}

/// What the probes found last. The lock is held while they ask, so that they ask once however many want to know.
#[derive(Default)]
pub(super) struct Probes(Mutex<Option<(Instant, Arc<[Probed]>)>>);

impl Probes {
    async fn found(&self, probes: &[Probe]) -> Arc<[Probed]> {
        let mut last = self.0.lock().await;
        if let Some((at, found)) = &*last
            && at.elapsed() < FRESH
        {
            return found.clone();
        }
        let found: Arc<[_]> = join_all(probes.iter().map(Probe::ask)).await.into();
        *last = Some((Instant::now(), found.clone()));
        found
    }
}

impl Probe {
    async fn ask(&self) -> Probed {
        let request = Request::get(&self.path).body(Body::empty());
        let answer = match request {
            Ok(request) => timeout(PATIENCE, call(self.transport.as_ref(), request, MAX_ANSWER)).await,
            Err(_) => Ok(Err(TransportError::Unreachable("no path".to_owned()))),
        };
        let (is_ready, reasons) = match answer {
            Ok(Ok(answer)) => (answer.status() == StatusCode::OK, reasons(answer.body())),
            Ok(Err(_)) | Err(_) => (false, Map::from_iter([("process".to_owned(), "it does not answer".into())])),
        };
        Probed { name: self.name.clone(), is_ready, is_required: self.is_required, reasons }
    }
}

/// Why checks do not pass, by their names.
fn reasons(answer: &[u8]) -> Map<String, Value> {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let Some(checks) = answer["checks"].as_object() else { return Map::new() };
    let failing = checks.iter().filter(|(_, check)| check["status"].as_str().is_some_and(|status| status != "pass"));
    let told = failing.map(|(name, check)| {
        let reason: String =
            check["reason"].as_str().unwrap_or("no reason was given").chars().take(MAX_REASON).collect();
        (name.clone(), reason.into())
    });
    told.collect()
}

pub(super) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

pub(super) async fn ready(
    State(door): State<Arc<Door>>,
) -> (StatusCode, [(&'static str, &'static str); 1], Json<Value>) {
    let found = door.probes.found(&door.settings.probes).await;
    let closing = door.closing.load(Ordering::Relaxed);
    let ready = !closing && found.iter().all(|probed| probed.is_ready || !probed.is_required);
    let word = |ready| Value::from(if ready { "ready" } else { "not ready" });
    let parts: Map<_, _> = found.iter().map(|probed| (probed.name.clone(), word(probed.is_ready))).collect();
    let mut body = json!({ "status": word(ready), "subgraphs": parts });
    let reasons = found.iter().filter(|probed| !probed.reasons.is_empty());
    let mut reasons: Map<_, _> = reasons.map(|probed| (probed.name.clone(), probed.reasons.clone().into())).collect();
    if closing {
        reasons.insert("router".to_owned(), json!({ "process": "the process is ending" }));
    }
    if !reasons.is_empty() {
        body["reasons"] = reasons.into();
    }
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let retry = if ready { ("cache-control", "no-store") } else { ("retry-after", "1") };
    (status, [retry], Json(body))
}
