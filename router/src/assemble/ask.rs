//! Asks a running subgraph for its schema, as the federation specification says: `{ _service { sdl } }`.

use std::time::Duration;

use http::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use schema::{
    TransportError,
    transport::{self, MAX_RESPONSE},
};
use serde::Deserialize;
use tokio::time::Instant;

use crate::fetch::SubgraphTarget;

/// A subgraph that did not tell its schema.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody is there, or not yet.
    #[error("it does not answer: {0}")]
    Silent(String),
    /// What came back is no GraphQL response.
    #[error("it does not answer GraphQL (status {})", .0.as_u16())]
    NoGraphQL(StatusCode),
    /// It has no field `_service`, or does not show it.
    #[error("it does not tell its schema ({0}): switch federation on in it, or give its schema as a file")]
    Untold(String),
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    message: String,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "_service")]
    service: Option<Service>,
}

#[derive(Deserialize)]
struct Service {
    sdl: Option<String>,
}

/// The time for one question.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Asks once.
pub async fn sdl(target: &SubgraphTarget) -> Result<String, AskError> {
    let request = http::Request::post(target.path.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .body(transport::Body::from(r#"{"query":"{ _service { sdl } }"}"#))
        .map_err(|error| AskError::Silent(error.to_string()))?;
    let asked = tokio::time::timeout(TIMEOUT, transport::call(&*target.transport, request, MAX_RESPONSE)).await;
    let response =
        asked.unwrap_or(Err(TransportError::Timeout)).map_err(|error| AskError::Silent(error.to_string()))?;
    let status = response.status();
    let answer: Answer = match serde_json::from_slice(response.body()) {
        Ok(answer) => answer,
        Err(_) if status.is_server_error() => return Err(AskError::Silent(format!("status {}", status.as_u16()))),
        Err(_) => return Err(AskError::NoGraphQL(status)),
    };
    let told = answer.data.and_then(|data| data.service?.sdl);
    told.ok_or_else(|| {
        let reasons: Vec<_> = answer.errors.into_iter().map(|error| error.message).collect();
        AskError::Untold(if reasons.is_empty() { "no _service.sdl".to_owned() } else { reasons.join(" ") })
    })
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Asks until the subgraph called `name` answers, for at most `patience`, and logs that it waits.
pub(super) async fn sdl_within(patience: Duration, name: &str, target: &SubgraphTarget) -> Result<String, AskError> {
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        match sdl(target).await {
            Err(AskError::Silent(reason)) if Instant::now() + pause < deadline => {
                tracing::info!("waiting for the subgraph {name:?}: {reason}");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            ended => return ended,
        }
    }
}
