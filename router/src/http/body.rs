//! A request's body while it arrives: not more than allowed, and not slower than a patient host waits.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep, sleep_until};

use super::refusal::Refusal;
use crate::deadline;

/// The bounds of a body that is received.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most bytes.
    pub limit: usize,
    /// The longest time in which nothing arrives.
    pub idle: Duration,
    /// When the whole body must be there.
    pub deadline: Instant,
}

/// Why a body is not received to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is longer than so many bytes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// Nothing arrived for too long, or not all of it in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The client broke off.
    #[error("the body ended too early")]
    Broken,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLarge(limit) => Self::payload_too_large(limit),
            Fault::TooSlow => Self::too_slow(),
            Fault::Broken => Self::bad_request("The request's body ended too early."),
        }
    }
}

/// A body that is received within its bounds.
pub struct Bounded {
    body: Body,
    bounds: Bounds,
    taken: usize,
    /// Runs while nothing arrives.
    timer: Option<Pin<Box<Sleep>>>,
    fault: Arc<OnceLock<Fault>>,
}

impl Bounded {
    /// The body of a request with these `headers`. One that announces more than its bound is refused unread.
    pub fn new(headers: &HeaderMap, body: Body, bounds: Bounds) -> Result<Self, Refusal> {
        let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > bounds.limit) || body.size_hint().lower() > bounds.limit as u64 {
            return Err(Refusal::payload_too_large(bounds.limit));
        }
        Ok(Self { body, bounds, taken: 0, timer: None, fault: Arc::default() })
    }

    /// Where the fault is found that ends the body, for those who hand it on.
    pub fn fault(&self) -> Arc<OnceLock<Fault>> {
        self.fault.clone()
    }

    fn fail(&self, fault: Fault) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        Poll::Ready(Some(Err(*self.fault.get_or_init(|| fault))))
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let Poll::Ready(polled) = Pin::new(&mut self.body).poll_frame(context) else {
            let until = deadline::after(Instant::now(), self.bounds.idle).min(self.bounds.deadline);
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
            return match timer.as_mut().poll(context) {
                Poll::Ready(()) => self.fail(Fault::TooSlow),
                Poll::Pending => Poll::Pending,
            };
        };
        self.timer = None;
        match polled {
            None => Poll::Ready(None),
            Some(Err(_)) => self.fail(Fault::Broken),
            Some(Ok(frame)) => {
                self.taken = self.taken.saturating_add(frame.data_ref().map_or(0, Bytes::len));
                if self.taken > self.bounds.limit {
                    return self.fail(Fault::TooLarge(self.bounds.limit));
                }
                Poll::Ready(Some(Ok(frame)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The whole body.
pub async fn read(headers: &HeaderMap, body: Body, bounds: Bounds) -> Result<Bytes, Refusal> {
    Ok(Bounded::new(headers, body, bounds)?.collect().await?.to_bytes())
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    /// A body of so many pieces of three bytes, each of which arrives after `pause`.
    fn body(pieces: usize, pause: Duration) -> Body {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>("abc")
        });
        Body::from_stream(pieces)
    }

    async fn ended(body: Body, limit: usize, idle: u64, all: u64) -> Result<usize, Fault> {
        let deadline = Instant::now() + Duration::from_secs(all);
        let bounds = Bounds { limit, idle: Duration::from_secs(idle), deadline };
        let bounded = Bounded::new(&HeaderMap::new(), body, bounds).unwrap();
        bounded.collect().await.map(|body| body.to_bytes().len())
    }

    #[tokio::test(start_paused = true)]
    async fn the_idle_limit_is_that_of_a_pause_and_not_of_the_whole() {
        let slow = |pieces| body(pieces, Duration::from_secs(14));
        assert_eq!(ended(slow(20), 100, 15, 600).await, Ok(60));
        assert_eq!(ended(slow(20), 100, 13, 600).await, Err(Fault::TooSlow));
        assert_eq!(ended(slow(20), 100, 15, 30).await, Err(Fault::TooSlow));
        assert_eq!(ended(slow(2), 100, 15, 30).await, Ok(6));
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_are_counted_while_they_arrive() {
        let quick = |pieces| body(pieces, Duration::ZERO);
        assert_eq!(ended(quick(4), 12, 15, 30).await, Ok(12));
        assert_eq!(ended(quick(4), 11, 15, 30).await, Err(Fault::TooLarge(11)));
        assert_eq!(ended(quick(usize::MAX), 1000, 15, 30).await, Err(Fault::TooLarge(1000)));
        let broken = Body::from_stream(stream::iter([Ok("abc"), Err(std::io::Error::other("gone"))]));
        assert_eq!(ended(broken, 100, 15, 30).await, Err(Fault::Broken));
    }
}
