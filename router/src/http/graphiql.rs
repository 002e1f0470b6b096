//! GraphiQL, for browsers that come to `/graphql`.
//!
//! The build script fetches GraphiQL's own files where it can, and they are part of the program then; elsewhere the page
//! takes the same files from a CDN. Browsers check them against the hashes in the page either way.

mod config;

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, VARY},
};

pub use self::config::{GraphiqlConfig, InvalidGraphiqlConfig};
use super::{
    Door,
    media::{self, Wanted},
    refusal::Refusal,
    refuse,
};

include!(concat!(env!("OUT_DIR"), "/graphiql.rs"));

/// What GraphiQL opens with where nobody said anything.
const DEFAULT_CONFIG: &str = r#"[{"query": "{\n  __typename\n}\n"}]"#;
/// How long browsers may keep the page's files: their names change with their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The page.
pub(super) fn page(door: &Door) -> Response {
    // Inside of a script element, `</` would end it.
    let config = door.settings.graphiql.as_deref().unwrap_or(DEFAULT_CONFIG).replace('<', "\\u003c");
    let html = PAGE.replace("{{config}}", &config);
    let origin = if ASSETS_ARE_EMBEDDED { "" } else { CDN };
    let policy = format!(
        "default-src 'none'; script-src 'self' {origin}; style-src 'self' {origin} 'unsafe-inline'; \
         font-src 'self' data:; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut headers = headers("text/html; charset=utf-8", "no-cache");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(VARY, HeaderValue::from_static("accept"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
    (StatusCode::OK, headers, html).into_response()
}

/// One of the page's files.
pub(super) async fn asset(State(door): State<Arc<Door>>, Path(name): Path<String>, request: Request) -> Response {
    let Some((name, kind, bytes)) = ASSETS.iter().find(|(known, _, _)| *known == name) else {
        return refuse(&request, Refusal::not_found());
    };
    let response = (StatusCode::OK, headers(kind, FOR_EVER), *bytes).into_response();
    if door.settings.compress { door.files.compress(name, request.headers(), response).await } else { response }
}

/// Leads a browser that was sent to the address of the router, or to `/graphql/`, to the page. Programs get the answer
/// that every unknown path has.
pub(super) fn lead(request: &Request) -> Option<Response> {
    let is_near = matches!(request.uri().path(), "/" | "/graphql/");
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let wants_page = is_near && is_read && media::wanted(request.headers()) == Some(Wanted::Page);
    let headers = [(LOCATION, "/graphql"), (VARY, "accept"), (CACHE_CONTROL, "no-cache")];
    wants_page.then(|| (StatusCode::TEMPORARY_REDIRECT, headers).into_response())
}

fn headers(kind: &'static str, caching: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static(caching)),
    ])
}
