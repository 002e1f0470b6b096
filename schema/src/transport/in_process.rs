//! Calls a tower service of the same process. An `axum::Router` is one.

use bytes::Bytes;
use futures_util::{FutureExt as _, future::BoxFuture};
use tower::{BoxError, Service, ServiceExt as _};

use super::{Body, Request, Response, Transport, TransportError};

/// A service that is called by function, with its request extensions intact.
#[derive(Clone, Debug)]
pub struct InProcess<S>(pub S);

impl<S, B> Transport for InProcess<S>
where
    S: Service<Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        let service = self.0.clone();
        async move {
            let response = service.oneshot(request).await.map_err(TransportError::from_service)?;
            Ok(response.map(Body::new))
        }
        .boxed()
    }
}
