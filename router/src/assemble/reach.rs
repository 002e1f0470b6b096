//! The ways to a subgraph: a service of this process, an address, and what goes along with every request.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::HeaderMap;
use schema::{
    Transport, TransportError,
    transport::{Authorities, HttpTransport, InvalidOrigin, Observed, Request, Response},
};

use crate::fetch::SubgraphTarget;

/// The way to a GraphQL endpoint by its URL.
pub fn at(url: &str) -> Result<SubgraphTarget, InvalidOrigin> {
    at_with(url, &Authorities::default())
}

/// The same, trusting `authorities` where it is an `https` URL.
pub fn at_with(url: &str, authorities: &Authorities) -> Result<SubgraphTarget, InvalidOrigin> {
    let transport = Arc::new(HttpTransport::with_authorities(url, authorities)?);
    let uri = url.trim().parse::<http::Uri>().ok();
    let path = uri.as_ref().and_then(http::Uri::path_and_query).map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    Ok(SubgraphTarget { transport, path })
}

/// The same way, with `headers` on every request. Where it is `shared`, equal requests may become one although it is a
/// service of this process.
pub(super) fn configured(target: SubgraphTarget, headers: HeaderMap, shared: bool) -> SubgraphTarget {
    if headers.is_empty() && !shared {
        return target;
    }
    let transport = Arc::new(Configured { inner: target.transport, headers, shared });
    SubgraphTarget { transport, path: target.path }
}

struct Configured {
    inner: Arc<dyn Transport>,
    headers: HeaderMap,
    shared: bool,
}

impl Transport for Configured {
    fn send(&self, mut request: Request) -> BoxFuture<'static, Result<Response, TransportError>> {
        request.headers_mut().extend(self.headers.clone());
        self.inner.send(request)
    }

    fn observes(&self) -> Observed {
        match self.inner.observes() {
            Observed::Anything if self.shared => Observed::MessageAndCaller,
            observed => observed,
        }
    }
}
