//! Stops working for a caller who no longer waits.
//!
//! What is given up in the middle is as if the process had died there: a transaction is rolled back, and what had been
//! asked of others is found out later. Anybody may set the header, because it can only shorten the sender's own request.

use std::{sync::Arc, time::Duration};

use axum::{extract::Request, middleware::Next, response::Response};
use http::HeaderMap;
use schema::{Caller, service::DEADLINE_HEADER};

use super::refusal;
use crate::Failure;

/// Ends the request when its caller has stopped waiting.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    let Some(left) = left(request.headers()) else { return next.run(request).await };
    let caller = request.extensions().get::<Arc<Caller>>().cloned().unwrap_or_default();
    let answer = tokio::time::timeout(left, next.run(request)).await;
    answer.unwrap_or_else(|_| refusal(&Failure::too_late(), &caller.request_id))
}

fn left(headers: &HeaderMap) -> Option<Duration> {
    headers.get(DEADLINE_HEADER)?.to_str().ok()?.parse().ok().map(Duration::from_millis)
}
