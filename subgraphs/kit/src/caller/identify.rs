//! The middleware that finds out who calls, and believes nothing that is not proved.
//!
//! In one process the router has checked the client already and leaves an `Arc<Caller>` in the request's extensions, which
//! no network client can set. Over the network the access token is verified again, with the same
//! [`Verifier`](schema::token::Verifier). The calling *process* is proved by its service token in both cases; only
//! beside a valid one are the client's address, the origin that it asked and the request's id believed.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use schema::{
    Caller,
    service::{ADDRESS_HEADER, ORIGIN_HEADER, REQUEST_ID_HEADER, SERVICE_HEADER},
};

use crate::{Failure, random, server::refusal, trust::Trust};

/// The longest request id that is taken over.
const MAX_REQUEST_ID: usize = 128;
/// The longest origin that is taken over.
const MAX_ORIGIN: usize = 300;

/// Puts an `Arc<Caller>` into the request's extensions; a token that is shown and not believed is answered with 401, and
/// one that cannot be checked at the moment with 503.
pub async fn identify(State(trust): State<Trust>, mut request: Request, next: Next) -> Response {
    let known = request.extensions().get::<Arc<Caller>>().cloned();
    let service = match text(request.headers(), SERVICE_HEADER) {
        Some(token) => trust.services.verify(token).await,
        None => Ok(None),
    };
    let service = match service {
        Ok(service) => service,
        Err(error) => {
            let request_id = known.map_or_else(new_id, |caller| caller.request_id.clone());
            return refusal(&Failure::unknown_service(error), &request_id).into_response();
        }
    };
    let caller = match known {
        Some(caller) if service.is_none() && caller.service.is_none() => caller,
        // Whoever called before us proved itself to somebody else: only this request's token counts.
        Some(caller) => Arc::new(Caller { service, ..Caller::clone(&caller) }),
        None => match from_headers(&trust, request.headers(), service).await {
            Ok(caller) => Arc::new(caller),
            Err((failure, request_id)) => return refusal(&failure, &request_id).into_response(),
        },
    };
    request.extensions_mut().insert(caller);
    next.run(request).await
}

async fn from_headers(
    trust: &Trust,
    headers: &HeaderMap,
    service: Option<Arc<str>>,
) -> Result<Caller, (Failure, Arc<str>)> {
    let believed = |name| service.as_ref().and_then(|_| text(headers, name));
    let request_id: Arc<str> = match believed(REQUEST_ID_HEADER).filter(|id| id.len() <= MAX_REQUEST_ID) {
        Some(id) => id.into(),
        None => new_id(),
    };
    let address = believed(ADDRESS_HEADER).and_then(|address| address.parse().ok());
    let origin = believed(ORIGIN_HEADER).filter(|origin| origin.len() <= MAX_ORIGIN).map(Into::into);
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    match trust.verifier.viewer(authorization).await {
        Ok(viewer) => Ok(Caller { viewer, service, address, origin, request_id }),
        Err(error) => Err((Failure::bad_token(error), request_id)),
    }
}

fn new_id() -> Arc<str> {
    random::uuid().simple().to_string().into()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
