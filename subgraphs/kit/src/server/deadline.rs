//! Stops working for a caller who no longer waits.
//!
//! What is given up in the middle is as if the process had died there: a transaction is rolled back, and what had been
//! asked of others is found out later. Anybody may set the header, because it can only shorten the sender's own request.
//!
//! Nobody is worked for without an end: who does not say how long they wait gets half a minute.
//!
//! Whom the request asks in turn is told what is left by then, and its statements end with it ([`crate::deadline`]).

use std::{sync::Arc, time::Duration};

use axum::{extract::Request, middleware::Next, response::Response};
use http::HeaderMap;
use schema::{Caller, service::DEADLINE_HEADER};
use tokio::time::{Instant, timeout_at};

use super::refusal;
use crate::{Failure, deadline};

/// How long is worked for somebody who does not say how long they wait.
const DEFAULT: Duration = Duration::from_secs(30);
/// The longest wait that can be told.
const LONGEST: Duration = Duration::from_hours(24);

/// Ends the request when its caller has stopped waiting.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    let left = told(request.headers()).unwrap_or(DEFAULT).min(LONGEST);
    let end = Instant::now() + left;
    let caller = request.extensions().get::<Arc<Caller>>().cloned().unwrap_or_default();
    let answer = timeout_at(end, deadline::of_request(end, next.run(request))).await;
    answer.unwrap_or_else(|_| refusal(&Failure::too_late(), &caller.request_id))
}

fn told(headers: &HeaderMap) -> Option<Duration> {
    headers.get(DEADLINE_HEADER)?.to_str().ok()?.parse().ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use schema::{Transport, TransportError, transport};

    use super::*;
    use crate::client::{CallError, GraphQLClient};

    /// Answers how long it may take.
    struct Echo;

    impl Transport for Echo {
        fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
            let left = told(request.headers()).map(|left| left.as_millis());
            let body = serde_json::json!({"data": left.map(|left| left.to_string())});
            Box::pin(async move { Ok(http::Response::new(body.to_string().into())) })
        }
    }

    async fn ask() -> Result<String, CallError> {
        let client = GraphQLClient { transport: Arc::new(Echo), signer: None, audience: "echo".into() };
        client.call("{ left }", (), &Caller::default(), None).await
    }

    #[tokio::test]
    async fn what_is_left_is_passed_on_and_nobody_is_asked_without_any_time() {
        let asking =
            async |end| deadline::of_request(end, async { ask().await.map(|left| left.parse::<u64>().unwrap()) }).await;
        let end = Instant::now() + Duration::from_mins(1);
        let first = asking(end).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let second = asking(end).await.unwrap();
        assert!(first < 60_000 && second <= first - 5 && second > 0, "{first} {second}");
        let failure = Failure::from(asking(Instant::now()).await.unwrap_err());
        assert_eq!(failure.code().as_str(), "UNAVAILABLE");
        assert!(failure.cause().unwrap().contains("in time"));
        assert!(matches!(ask().await, Err(CallError::Malformed { .. })), "nobody said how long, so nothing is told");
    }
}
