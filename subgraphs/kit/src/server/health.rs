//! Whether the process lives, and whether it can do its work.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{StatusCode, header};

use crate::Database;

/// A database that takes longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// The path of readiness.
pub(super) const READY: &str = "/health/ready";

/// `/health/live` and `/health/ready`.
pub(super) fn routes(database: Database) -> Router {
    Router::new().route("/health/live", get(async || "live\n")).route(READY, get(ready)).with_state(database)
}

async fn ready(State(database): State<Database>) -> Response {
    match tokio::time::timeout(PATIENCE, database.ping()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => no_database(&error.to_string()),
        Err(_) => no_database("no answer in time"),
    }
}

fn no_database(reason: &str) -> Response {
    tracing::warn!(reason, "the database does not answer");
    unready("the database does not answer")
}

/// The subgraph cannot do its work, for this reason.
pub(super) fn unready(reason: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], format!("{reason}\n")).into_response()
}
