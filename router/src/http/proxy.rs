//! Paths that somebody else answers, such as a subgraph's files. The configuration says which; the door knows none.
//!
//! The sender is checked as for GraphQL, internal headers of clients are left behind, and whoever stands behind the path
//! learns who calls: from the request's extensions in one process, from the token over the network.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
    request::Parts,
};
use schema::{
    Caller, Transport,
    service::{ADDRESS_HEADER, INTERNAL_PREFIX, REQUEST_ID_HEADER, SERVICE_HEADER, ServiceSigner},
};

use super::{Door, SERVICE_KEYS_PATH, body, graphql::peer, media::Media, refusal::Refusal};
use crate::auth::RequestId;

/// A path that is passed on, with everything below it.
#[derive(Clone)]
pub struct Proxy {
    /// The path, beginning with a slash and not ending with one.
    pub prefix: String,
    /// The way to whoever answers.
    pub transport: Arc<dyn Transport>,
    /// Proves to the process of this name that the router speaks, so that it believes the client's address.
    pub signer: Option<(Arc<ServiceSigner>, String)>,
}

/// A prefix that no route can have.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no path to pass on: it begins with a slash, has no wildcard, and is none of the router's own")]
pub struct InvalidPrefix(String);

impl Proxy {
    /// The prefix as [`Self::prefix`] wants it.
    pub fn checked_prefix(text: &str) -> Result<String, InvalidPrefix> {
        let prefix = text.trim_end_matches('/');
        let own = ["/graphql", "/health", SERVICE_KEYS_PATH];
        let is_own = own.iter().any(|own| prefix == *own || prefix.starts_with(&format!("{own}/")));
        let is_path = prefix.len() > 1 && prefix.starts_with('/') && !prefix.contains("//");
        if is_own || !is_path || prefix.contains(['{', '}', '?', '#', '*', ' ']) {
            return Err(InvalidPrefix(text.to_owned()));
        }
        Ok(prefix.to_owned())
    }
}

/// Passes one request on.
pub(super) async fn handle(State((door, proxy)): State<(Arc<Door>, Proxy)>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_else(RequestId::new);
    let response = pass_on(&door, &proxy, head, body, &id).await;
    response.unwrap_or_else(|refusal| refusal.into_response(Media::Json, &id))
}

async fn pass_on(door: &Door, proxy: &Proxy, head: Parts, body: Body, id: &RequestId) -> Result<Response, Refusal> {
    let caller = door.auth.caller(&head.headers, peer(&head), id).await.map_err(Refusal::unauthenticated)?;
    let body = body::read(&head.headers, body, door.settings.proxy_body_limit).await?;
    let mut request = http::Request::new(body);
    *request.method_mut() = head.method;
    *request.uri_mut() = head.uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
    *request.headers_mut() = outward(head.headers);
    introduce(request.headers_mut(), proxy, caller.address, id);
    request.extensions_mut().insert(Arc::<Caller>::new(caller));
    let response = proxy.transport.send(request).await.map_err(|error| {
        tracing::warn!(request_id = %id.0, prefix = %proxy.prefix, %error, "a proxied path does not answer");
        Refusal::unavailable()
    })?;
    let (mut head, body) = response.into_parts();
    head.headers = inward(head.headers);
    Ok(Response::from_parts(head, body.into()))
}

/// Says who passes the request on, for whom, and under which id.
fn introduce(headers: &mut HeaderMap, proxy: &Proxy, client: Option<IpAddr>, id: &RequestId) {
    headers.insert(REQUEST_ID_HEADER, id.header());
    let Some((signer, audience)) = &proxy.signer else { return };
    if let Ok(token) = HeaderValue::from_str(&signer.token(audience)) {
        headers.insert(SERVICE_HEADER, token);
    }
    if let Some(address) = client.and_then(|client| HeaderValue::from_str(&client.to_string()).ok()) {
        headers.insert(ADDRESS_HEADER, address);
    }
}

/// What of a client's headers travels on: nothing internal, and nothing about the connection that ends here.
fn outward(headers: HeaderMap) -> HeaderMap {
    keep(headers, |name| !name.as_str().starts_with(INTERNAL_PREFIX) && name != HOST && name != CONTENT_LENGTH)
}

fn inward(headers: HeaderMap) -> HeaderMap {
    keep(headers, |name| !name.as_str().starts_with(INTERNAL_PREFIX))
}

fn keep(mut headers: HeaderMap, wanted: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let named_by_connection: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let hop = [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, HeaderName::from_static("keep-alive")];
    let dropped: Vec<HeaderName> = headers
        .keys()
        .filter(|name| {
            let of_the_hop = hop.contains(name) || named_by_connection.contains(name);
            of_the_hop || name.as_str().starts_with("proxy-") || !wanted(name)
        })
        .cloned()
        .collect();
    for name in dropped {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_others_are_passed_on() {
        assert_eq!(Proxy::checked_prefix("/files/").unwrap(), "/files");
        assert_eq!(Proxy::checked_prefix("/.well-known/jwks.json").unwrap(), "/.well-known/jwks.json");
        for bad in ["", "/", "files", "/graphql", "/health/live", "/a/{b}", "/a//b", "/a?b"] {
            assert!(Proxy::checked_prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn internal_and_hop_headers_stay_behind() {
        let sent = [
            ("rialto-service", "forged"),
            ("rialto-client-address", "203.0.113.9"),
            ("connection", "close, x-private"),
            ("x-private", "1"),
            ("proxy-authorization", "Basic eDp5"),
            ("transfer-encoding", "chunked"),
            ("host", "shop.example"),
            ("authorization", "Bearer x"),
            ("range", "bytes=0-1"),
        ];
        let headers = sent.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let kept = outward(headers);
        let mut names: Vec<_> = kept.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["authorization", "range"]);
    }
}
