//! Asks a running subgraph for its schema, as the federation specification says: `{ _service { sdl } }`.

use std::time::Duration;

use http::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use schema::{
    TransportError,
    transport::{self, MAX_RESPONSE, Repeatable},
};
use serde_json::Value;
use tokio::{sync::watch, time::Instant};

use crate::fetch::{BYTE_ORDER_MARK, SubgraphTarget};

/// A subgraph that did not tell its schema.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody is there, or not yet.
    #[error("it does not answer: {0}")]
    Silent(String),
    /// What came back cannot be read.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
    /// What came back is no GraphQL response.
    #[error("it does not answer GraphQL (status {})", .0.as_u16())]
    NoGraphQL(StatusCode),
    /// It has no field `_service`, or does not show it.
    #[error("it does not tell its schema ({0}): switch federation on in it, or give its schema as a file")]
    Untold(String),
}

impl From<TransportError> for AskError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreachable(_) | TransportError::Timeout => Self::Silent(error.to_string()),
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

/// The time for one question.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Asks once.
pub async fn sdl(target: &SubgraphTarget) -> Result<String, AskError> {
    let request = http::Request::post(target.path.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .extension(Repeatable)
        .body(transport::Body::from(r#"{"query":"{ _service { sdl } }"}"#))
        .map_err(|error| AskError::Silent(error.to_string()))?;
    let asked = tokio::time::timeout(TIMEOUT, transport::call(&*target.transport, request, MAX_RESPONSE)).await;
    let response = asked.unwrap_or(Err(TransportError::Timeout))?;
    let status = response.status();
    match serde_json::from_slice::<Value>(response.body()) {
        Ok(answer) if answer.get("data").is_some() || answer.get("errors").is_some() => told(&answer),
        Err(_) if response.body().starts_with(BYTE_ORDER_MARK) => {
            Err(AskError::Unreadable("it begins with a byte order mark, which JSON must not".to_owned()))
        }
        _ if status.is_server_error() => Err(AskError::Silent(format!("status {}", status.as_u16()))),
        _ => Err(AskError::NoGraphQL(status)),
    }
}

/// The SDL in an answer, however odd its errors are; else the reasons that it gives.
fn told(answer: &Value) -> Result<String, AskError> {
    if let Some(sdl) = answer["data"]["_service"]["sdl"].as_str() {
        return Ok(sdl.to_owned());
    }
    let reason = |error: &Value| match (&error["message"], error) {
        (Value::String(message), _) | (_, Value::String(message)) => message.clone(),
        _ => format!("an error without a message: {}", error.to_string().chars().take(200).collect::<String>()),
    };
    let reasons: Vec<String> = match &answer["errors"] {
        Value::Null => Vec::new(),
        Value::Array(errors) => errors.iter().map(reason).collect(),
        other => vec![reason(other)],
    };
    Err(AskError::Untold(if reasons.is_empty() { "no _service.sdl".to_owned() } else { reasons.join(" ") }))
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Asks until the subgraph called `name` answers, for at most `patience`, and logs that it waits. Those that are asked
/// together give up together: what one of them cannot tell is no reason to wait for others, but all say why.
pub(super) async fn sdl_within(
    patience: Duration,
    name: &str,
    target: &SubgraphTarget,
    given_up: &watch::Sender<bool>,
) -> Result<String, AskError> {
    let (started, mut pause) = (Instant::now(), FIRST_PAUSE);
    let mut others = given_up.subscribe();
    loop {
        let error = match sdl(target).await {
            Ok(sdl) => return Ok(sdl),
            Err(error) => error,
        };
        if matches!(error, AskError::Silent(_)) && started.elapsed() + pause < patience {
            tracing::info!("waiting for the subgraph {name:?}: {error}");
            if tokio::time::timeout(pause, others.wait_for(|given_up| *given_up)).await.is_err() {
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        }
        given_up.send_replace(true);
        return Err(error);
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::post};
    use schema::transport::InProcess;

    use super::*;

    async fn asked(answer: &'static [u8]) -> Result<String, String> {
        let app = Router::new().route("/", post(move || async move { answer }));
        let target = SubgraphTarget { transport: std::sync::Arc::new(InProcess(app)), path: "/".into() };
        sdl(&target).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn errors_beside_a_schema_do_not_matter_and_their_reasons_are_kept_where_there_is_none() {
        for errors in ["null", "[]", "[{}]", "{}", "\"odd\"", "[{\"message\": null}]"] {
            let answer = format!(r#"{{"data": {{"_service": {{"sdl": "type Query"}}}}, "errors": {errors}}}"#);
            assert_eq!(asked(answer.leak().as_bytes()).await.as_deref(), Ok("type Query"), "{errors}");
        }
        for (answer, reason) in [
            (r#"{"errors": [{"message": "not here"}, {"message": "nor there"}]}"#, "(not here nor there)"),
            (r#"{"data": null, "errors": [{"code": 7}]}"#, r#"an error without a message: {"code":7}"#),
            (r#"{"data": null, "errors": {"message": "no list"}}"#, "(no list)"),
            (r#"{"errors": ["plain"]}"#, "(plain)"),
            (r#"{"data": {"_service": null}, "errors": null}"#, "(no _service.sdl)"),
            (r#"{"data": {"_service": {"sdl": 7}}}"#, "(no _service.sdl)"),
            (r#"{"nothing": "here"}"#, "does not answer GraphQL (status 200)"),
            ("<html>", "does not answer GraphQL (status 200)"),
            ("\u{feff}{\"data\": {\"_service\": {\"sdl\": \"type Query\"}}}", "byte order mark"),
        ] {
            let error = asked(answer.as_bytes()).await.unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
