//! The access log of a subgraph: one line for each request to `/graphql`, of the target `kit::request`.
//!
//! The router says the same of the client's request under the same id, so what went well is said at `debug` only. A fault of
//! ours is an error, and what could not be had of somebody else a warning; why stands in the lines before.

use std::{sync::Arc, time::Duration};

use async_graphql::{ServerError, Value};
use runtime::log::Throttle;
use schema::Caller;

use crate::{Failure, error::Code};

/// The longest name of an operation that is logged, in characters.
const LONGEST: usize = 64;

/// A request, as far as its line tells of it.
pub(super) struct Access<'r> {
    pub subgraph: &'r str,
    pub caller: &'r Arc<Caller>,
    pub operation: Option<&'r str>,
}

impl Access<'_> {
    /// Writes the line.
    pub fn log(&self, errors: &[ServerError], took: Duration) {
        let codes = codes(errors);
        let has = |wanted: &[Code]| wanted.iter().any(|wanted| codes.contains(&wanted.as_str()));
        // A level is a constant of its line.
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    target: "kit::request",
                    request_id = &*self.caller.request_id,
                    subgraph = %self.subgraph,
                    caller = self.caller.service.as_deref(),
                    operation = self.operation.map(|name| name.chars().take(LONGEST).collect::<String>()).as_deref(),
                    codes = (!codes.is_empty()).then(|| codes.join(",")).as_deref(),
                    duration_ms = (took.as_secs_f64() * 10_000.0).round() / 10.0,
                    "request"
                )
            };
        }
        if has(&[Code::Internal]) {
            line!(error);
        } else if has(&[Code::Unavailable, Code::Timeout]) {
            line!(warn);
        } else {
            line!(debug);
        }
    }
}

/// The codes of errors, each once.
fn codes(errors: &[ServerError]) -> Vec<&str> {
    let mut codes = Vec::new();
    for error in errors {
        if let Some(Value::String(code)) = error.extensions.as_ref().and_then(|extensions| extensions.get("code"))
            && !codes.contains(&code.as_str())
        {
            codes.push(code.as_str());
        }
    }
    codes
}

/// Says of a request that never reached the schema why it was refused: once per second and reason, as anybody may send
/// many. Of what it sent nothing is said.
pub(super) fn log_refusal(failure: &Failure, request_id: &str) {
    static REFUSED: Throttle = Throttle::new();
    let (code, cause) = (failure.code().as_str(), failure.cause());
    let Some(held_back) = REFUSED.admit(&format!("{code} {}", cause.unwrap_or_default())) else { return };
    match failure.code() {
        Code::Internal => tracing::error!(request_id, code, cause, held_back, "a request was refused"),
        Code::Unavailable | Code::Timeout => {
            tracing::warn!(request_id, code, cause, held_back, "a request was refused");
        }
        _ => tracing::info!(request_id, code, cause, held_back, "a request was refused"),
    }
}
