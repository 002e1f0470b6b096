//! GraphiQL, for browsers that come to `/graphql`.
//!
//! The build script fetches GraphiQL's own files where it can, and they are part of the program then; elsewhere the page
//! takes the same files from a CDN. Browsers check them against the hashes in the page either way.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY},
};

use super::{Door, refusal::Refusal, refuse};

include!(concat!(env!("OUT_DIR"), "/graphiql.rs"));

/// What GraphiQL opens with where nobody said anything.
const DEFAULT_TABS: &str = r#"[{"query": "{\n  __typename\n}\n"}]"#;

/// The page.
pub(super) fn page(door: &Door) -> Response {
    // Inside of a script element, `</` would end it.
    let tabs = door.settings.graphiql_tabs.as_deref().unwrap_or(DEFAULT_TABS).replace('<', "\\u003c");
    let html = PAGE.replace("{{tabs}}", &tabs);
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
    let response = (StatusCode::OK, headers(kind, "public, max-age=3600"), *bytes).into_response();
    if door.settings.compress { door.files.compress(name, request.headers(), response).await } else { response }
}

fn headers(kind: &'static str, caching: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static(caching)),
    ])
}
