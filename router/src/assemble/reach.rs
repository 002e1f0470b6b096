//! The ways to a subgraph: a service of this process, an address, and what goes along with every request.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::HeaderMap;
use schema::{
    Transport, TransportError,
    transport::{HttpTransport, InvalidOrigin, Observed, Request, Response},
};

use crate::fetch::SubgraphTarget;

/// The way to a GraphQL endpoint by its URL.
pub fn at(url: &str) -> Result<SubgraphTarget, InvalidOrigin> {
    let transport = Arc::new(HttpTransport::new(url)?);
    let uri = url.trim().parse::<http::Uri>().ok();
    let path = uri.as_ref().and_then(http::Uri::path_and_query).map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    Ok(SubgraphTarget { transport, path })
}

/// The same way, with `headers` on every request.
pub(super) fn with_headers(target: SubgraphTarget, headers: HeaderMap) -> SubgraphTarget {
    if headers.is_empty() {
        return target;
    }
    SubgraphTarget { transport: Arc::new(WithHeaders { inner: target.transport, headers }), path: target.path }
}

struct WithHeaders {
    inner: Arc<dyn Transport>,
    headers: HeaderMap,
}

impl Transport for WithHeaders {
    fn send(&self, mut request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        request.headers_mut().extend(self.headers.clone());
        self.inner.send(request)
    }

    fn observes(&self) -> Observed {
        self.inner.observes()
    }
}
