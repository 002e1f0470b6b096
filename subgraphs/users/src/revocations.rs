//! The log of revocations, served to the processes that users trusts: `GET /internal/revocations?after=CURSOR`.
//!
//! A cursor is a place in the order of commits ([`crate::repository::withdrawals`]), so nothing that commits later slips
//! behind it.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Query, State},
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
};
use kit::{caller::identify, trust::Trust};
use schema::{
    Caller,
    revocation::{LOG_PATH, LogPage, Revocation},
};

use crate::{
    accounts::Accounts,
    repository::withdrawals::{self, Withdrawal},
    sweeper::DRIFT,
};

/// The most entries of one answer.
const PAGE: u64 = 1000;
/// The cursor before everything, entries without a number of their own included.
const BEGINNING: i64 = -1;

/// The route.
pub fn route(accounts: Accounts, trust: Trust) -> Router {
    let guarded = Router::new().route(LOG_PATH, get(serve)).layer(from_fn_with_state(trust, identify));
    guarded.with_state(accounts)
}

#[derive(serde::Deserialize)]
struct Parameters {
    after: Option<i64>,
}

async fn serve(
    State(accounts): State<Accounts>,
    Extension(caller): Extension<Arc<Caller>>,
    Query(Parameters { after }): Query<Parameters>,
) -> Response {
    if caller.service.is_none() {
        return (StatusCode::FORBIDDEN, "for processes that users trusts\n").into_response();
    }
    match accounts.revocations_after(after).await {
        Ok(page) => ([(CACHE_CONTROL, "no-store")], Json(page)).into_response(),
        Err(failure) => {
            tracing::warn!(?failure, "the log of revocations cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], "try again later\n").into_response()
        }
    }
}

impl Accounts {
    /// The log of revocations after a cursor of it; from what is still alive on without one.
    pub async fn revocations_after(&self, cursor: Option<i64>) -> kit::Result<LogPage> {
        let db = self.database.connection();
        // Who follows may have a clock that is behind.
        let alive = self.clock.now() - DRIFT;
        let cursor = cursor.unwrap_or(BEGINNING);
        // Asked first: whatever is committed later has a higher place, and is found by the next request.
        let last = withdrawals::last(db).await?;
        if cursor > last {
            // A cursor of another database, such as one that was restored from an older copy.
            return Ok(LogPage { revocations: Vec::new(), cursor: BEGINNING, more: true });
        }
        let entries = withdrawals::after(db, cursor, alive, PAGE).await?;
        let cursor = entries.last().map_or(last, |entry| entry.position);
        let more = entries.len() as u64 == PAGE;
        Ok(LogPage { revocations: entries.iter().map(told).collect(), cursor, more })
    }
}

fn told(entry: &Withdrawal) -> Revocation {
    Revocation { session: entry.access_id, until: entry.until.timestamp() }
}
