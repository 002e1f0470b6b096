//! A reverse proxy for paths that other services answer, such as a subgraph's files. The configuration says which.
//!
//! The sender is checked as for GraphQL, internal headers of clients are left behind, and the service behind the path
//! learns who calls: from the request's extensions in one process, from the token over the network. Bodies stream in
//! both directions, within a bound of bytes and of time.

mod headers;
mod path;
mod relay;

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use futures_util::FutureExt as _;
use http::request::Parts;
use http_body::Body as _;
use schema::{Caller, Transport, TransportError, service::ServiceSigner, transport};
use tokio::time::{Instant, timeout_at};

pub use self::path::{InvalidBase, InvalidPrefix};
use self::relay::Relayed;
use super::{
    Door,
    access::{Access, Verdict, named},
    body::{Bounded, Bounds},
    graphql::{peer, too_busy},
    media::Media,
    refusal::Refusal,
};
use crate::{auth::RequestId, cookies, deadline};

/// A path that is passed on, with everything below it.
#[derive(Clone)]
pub struct Proxy {
    /// The path, beginning with a slash and not ending with one; see [`Self::checked_prefix`].
    pub prefix: String,
    /// What the service's own paths begin with: empty, or a path like [`Self::prefix`]; see [`Self::checked_base`].
    pub base: String,
    /// The way to the service.
    pub transport: Arc<dyn Transport>,
    /// Proves to the process of this name that the router speaks, so that it believes what that says of the client.
    pub signer: Option<(Arc<ServiceSigner>, String)>,
}

/// Passes one request on.
pub(super) async fn handle(State((door, proxy)): State<(Arc<Door>, Proxy)>, request: Request) -> Response {
    let arrived = Instant::now();
    let (head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_else(RequestId::new);
    let (method, headers) = (head.method.clone(), named(&head.headers));
    let (response, verdict) = match forward(&door, &proxy, head, body, &id).await {
        Ok(response) => {
            let verdict = Verdict::proxied(response.status());
            (response, verdict)
        }
        Err(refusal) => {
            let verdict = Verdict::refused(&refusal);
            (refusal.into_response(Media::Json, &id), verdict)
        }
    };
    // The rest of the path may be a secret, such as an address to upload to.
    let path = proxy.prefix.as_str();
    let access = Access { id: &id, method: &method, path, headers: &headers, operation: None, batch: None };
    access.log(response.status(), &verdict, arrived.elapsed());
    response
}

async fn forward(door: &Door, proxy: &Proxy, head: Parts, body: Body, id: &RequestId) -> Result<Response, Refusal> {
    let permit = door.proxied.clone().try_acquire_owned();
    let busy = |_| too_busy("requests to proxied paths are refused: too many are passed on", door.settings.max_proxied);
    let permit = permit.map_err(busy)?;
    let deadline = deadline::after(Instant::now(), door.settings.proxy_timeout);
    let uri = proxy.target(&head.uri).ok_or_else(|| Refusal::bad_request("The path has dot segments."))?;
    let peer = peer(&head);
    let caller = door.auth.caller(&head.headers, peer, id).await.map_err(Refusal::bad_token)?;
    let bounds = Bounds { limit: door.settings.proxy_body_limit, idle: door.settings.body_idle, deadline };
    let body = Bounded::new(&head.headers, body, bounds)?;
    let fault = body.fault();
    let body = if body.is_end_stream() { transport::Body::empty() } else { transport::Body::new(body) };
    let mut request = http::Request::new(body);
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers::of_request(head, peer, &door.auth.proxies);
    // A cookie travels by GraphQL alone, where the door judges who may have it.
    cookies::withhold(request.headers_mut(), &door.settings.cookies);
    headers::introduce(request.headers_mut(), proxy, &caller, id);
    request.extensions_mut().insert(Arc::<Caller>::new(caller));
    let sent = AssertUnwindSafe(async { proxy.transport.send(request).await }).catch_unwind();
    let sent = timeout_at(deadline, sent).await;
    // What is wrong with the client's body is no fault of the service, whatever that made of it.
    if let Some(fault) = fault.get() {
        return Err((*fault).into());
    }
    let sent = sent.map_or(Err(TransportError::Timeout), |sent| sent.unwrap_or(Err(TransportError::Panicked)));
    let (mut head, body) = sent.map_err(|error| refused(&error, proxy, id))?.into_parts();
    head.headers = headers::of_response(head.headers);
    cookies::refuse(&mut head.headers, &door.settings.cookies);
    Ok(Response::from_parts(head, Body::new(Relayed::new(body, deadline, permit))))
}

fn refused(error: &TransportError, proxy: &Proxy, id: &RequestId) -> Refusal {
    tracing::warn!(request_id = %id.0, prefix = %proxy.prefix, %error, "a proxied path does not answer");
    match error {
        TransportError::Timeout => Refusal::late(),
        TransportError::Panicked => Refusal::internal(),
        _ => Refusal::unavailable(),
    }
}
