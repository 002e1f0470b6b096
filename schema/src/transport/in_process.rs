//! Calls a tower service of the same process, with a size limit. An `axum::Router` is one.

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tower::{BoxError, Service, ServiceExt as _};

use super::{MAX_RESPONSE, Request, Response, Transport, TransportError};

/// A service that is called by function, with its request extensions intact. No more than [`MAX_RESPONSE`] bytes of an
/// answer are taken.
#[derive(Clone, Debug)]
pub struct InProcess<S>(pub S);

impl<S, B> Transport for InProcess<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let service = self.0.clone();
        async move {
            let response = service.oneshot(request.map(Full::new)).await.map_err(unreachable)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_RESPONSE).collect().await.map_err(broken)?.to_bytes();
            Ok(Response::from_parts(head, body))
        }
        .boxed()
    }
}

fn broken(error: BoxError) -> TransportError {
    if error.is::<LengthLimitError>() { TransportError::TooLarge { limit: MAX_RESPONSE } } else { unreachable(error) }
}

fn unreachable(error: impl Into<BoxError>) -> TransportError {
    TransportError::Unreachable(error.into().to_string())
}
