//! A request's body whose sender has stopped sending, which must not hold what it has taken for ever.

use std::time::Duration;

use axum::{
    BoxError,
    body::{Body, BodyDataStream},
    extract::Request,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream::try_unfold};
use tokio::time::timeout;

/// The longest time in which nothing of a body arrives; the router waits as long unless told otherwise.
const IDLE: Duration = Duration::from_secs(15);

/// The request with a body that is an error where nothing of it arrives for 15 seconds. For
/// [`map_request`](axum::middleware::map_request), on routes that have no deadline as `/graphql` has.
pub async fn within_idle_time(request: Request) -> Request {
    request.map(|body| Body::from_stream(try_unfold(body.into_data_stream(), next)))
}

async fn next(mut stream: BodyDataStream) -> Result<Option<(Bytes, BodyDataStream)>, BoxError> {
    match timeout(IDLE, stream.next()).await {
        Ok(Some(chunk)) => Ok(Some((chunk?, stream))),
        Ok(None) => Ok(None),
        Err(_) => Err(format!("nothing arrived for {} seconds", IDLE.as_secs()).into()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures_util::stream;
    use tokio::time::Instant;

    use super::*;

    async fn receive(body: Body) -> Result<Bytes, axum::Error> {
        to_bytes(within_idle_time(Request::new(body)).await.into_body(), 1000).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_may_be_slow_but_not_stand_still() {
        let slow = stream::iter(["one ", "two"]).then(|chunk| async move {
            tokio::time::sleep(IDLE * 14 / 15).await;
            Ok::<_, BoxError>(chunk)
        });
        assert_eq!(receive(Body::from_stream(slow)).await.unwrap(), "one two");
        let standing = stream::iter([Ok::<_, BoxError>("one")]).chain(stream::pending());
        let began = Instant::now();
        assert!(receive(Body::from_stream(standing)).await.is_err());
        assert_eq!(began.elapsed(), IDLE);
        assert_eq!(receive(Body::empty()).await.unwrap(), "");
    }
}
