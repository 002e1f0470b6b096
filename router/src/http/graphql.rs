//! GraphQL over HTTP: one request in, one response out. What an operation means is the engine's business.

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, VARY},
    request::Parts,
};
use runtime::{
    log::Throttle,
    server::{DrainToken, Peer},
};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};
use tracing::Instrument as _;

use super::{
    Door, DoorSettings,
    access::{Access, Verdict},
    body::{self, Bounds},
    compression, graphiql,
    media::{self, Media, Wanted},
    parameters::{self, Posted},
    refusal::Refusal,
    refuse,
};
use crate::{
    auth::RequestId,
    engine::RequestContext,
    request::{Answer, Outcome},
};

/// Answers whatever is sent to `/graphql`.
pub(super) async fn handle(State(door): State<Arc<Door>>, request: Request) -> Response {
    let arrived = Instant::now();
    let Ok(permit) = door.places.clone().try_acquire_owned() else {
        return refuse(
            &request,
            too_busy("requests are refused: too many are being worked on", door.settings.max_in_flight),
        );
    };
    let (mut head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_else(RequestId::new);
    let wanted = media::wanted(&head.headers);
    if wanted == Some(Wanted::Page) && matches!(head.method, Method::GET | Method::HEAD) {
        return door.compressed(&head.headers, graphiql::page(&door)).await;
    }
    let media = if let Some(Wanted::Response(media)) = wanted { media } else { Media::Json };
    let admitted = match wanted {
        Some(Wanted::Response(_)) => admit(&door, &mut head, body, arrived, &id).await,
        _ => Err(Refusal::not_acceptable()),
    };
    let mut cookies = None;
    let (result, posted) = match admitted {
        Ok((posted, context)) => {
            cookies.clone_from(&context.cookies);
            let named = Named::by(&posted);
            let holds = Holds { _permit: permit, _drain: head.extensions.get::<DrainToken>().cloned() };
            (execute(&door, posted, context, holds).await, named)
        }
        Err(refusal) => (Err(refusal), Named::default()),
    };
    let verdict = result.as_ref().map_or_else(Verdict::refused, Verdict::of);
    let chosen = result.as_ref().ok().and_then(|answer| answer.operation.clone());
    let mut response = result.map_or_else(|refusal| refusal.into_response(media, &id), |answer| respond(answer, media));
    if let Some(cookies) = cookies {
        cookies.write(response.headers_mut());
    }
    let access = Access {
        id: &id,
        method: &head.method,
        path: "/graphql",
        headers: &head.headers,
        operation: chosen.as_ref().map(|name| name.as_str().into()).or(posted.operation.map(Into::into)),
        batch: posted.batch,
    };
    access.log(response.status(), &verdict, arrived.elapsed());
    door.compressed(&head.headers, response).await
}

impl Door {
    /// The response as `asked`, the headers of its request, wants it, if that is this router's business.
    async fn compressed(&self, asked: &HeaderMap, response: Response) -> Response {
        if self.settings.compress { compression::compress(asked, response).await } else { response }
    }
}

/// Everything that is asked before the engine is: the method, the body, the sender, the parameters.
async fn admit(
    door: &Door,
    head: &mut Parts,
    body: axum::body::Body,
    arrived: Instant,
    id: &RequestId,
) -> Result<(Posted, RequestContext), Refusal> {
    let post = match head.method {
        Method::POST => true,
        Method::GET | Method::HEAD => false,
        _ => return Err(Refusal::method_not_allowed("GET, HEAD, POST")),
    };
    let request = if post {
        if let Some(reason) = media::unreadable(&head.headers) {
            return Err(Refusal::unsupported_media_type(reason));
        }
        let DoorSettings { body_limit: limit, body_idle: idle, .. } = door.settings;
        let bounds = Bounds { limit, idle, deadline: door.engine.deadline(arrived) };
        let body = compression::decompress(&mut head.headers, body).await?;
        let bytes = body::read(&head.headers, body, bounds).await?;
        parameters::from_json(&bytes, door.settings.max_batch)
    } else if is_blind_cross_site(&head.headers) {
        return Err(Refusal::blind_cross_site());
    } else {
        parameters::from_uri(&head.uri).map(Posted::One)
    };
    let (caller, authorization) = match door.auth.caller(&head.headers, peer(head), id).await {
        Ok(caller) => (caller, head.headers.get(AUTHORIZATION).cloned()),
        // Whoever logs in anew, or exchanges a refresh token, may still send the old access token along. It counts as none.
        Err(error) => {
            if !error.is_outlived() || !asks_only_for_open_fields(door, &request).await {
                return Err(Refusal::bad_token(error));
            }
            (door.auth.nobody(&head.headers, peer(head), id), None)
        }
    };
    let (caller, arrived) = (Arc::new(caller), Some(arrived));
    let cookies = if post { door.cookies(head) } else { None };
    Ok((request?, RequestContext { caller, authorization, cookies, allow_mutations: post, arrived }))
}

/// Whether a request, or every request of a batch, asks for open fields only.
async fn asks_only_for_open_fields(door: &Door, posted: &Result<Posted, Refusal>) -> bool {
    let (fields, engine) = (&door.auth.open_fields, &door.engine);
    match posted {
        Ok(Posted::One(request)) => engine.asks_only_for(request, fields).await,
        Ok(Posted::Batch(requests)) => {
            if requests.is_empty() {
                return false;
            }
            for request in requests {
                let Ok(request) = request else { return false };
                if !engine.asks_only_for(request, fields).await {
                    return false;
                }
            }
            true
        }
        Err(_) => false,
    }
}

/// What a request that is being executed holds, and keeps if it is carried through without its client: a permit of
/// [`DoorSettings::max_in_flight`](super::DoorSettings::max_in_flight), and a place among what the end of the server waits
/// for.
struct Holds {
    _permit: OwnedSemaphorePermit,
    _drain: Option<DrainToken>,
}

/// A mutation is carried through even when its client hangs up, and holds until its end what it `holds`; a query nobody
/// waits for is dropped. A batch is one or the other. A panic costs its own request only.
async fn execute(door: &Door, posted: Posted, context: RequestContext, holds: Holds) -> Result<Answer, Refusal> {
    let (id, engine) = (context.caller.request_id.clone(), door.engine.clone());
    let may_write = context.allow_mutations
        && match &posted {
            Posted::One(request) => engine.may_write(request),
            Posted::Batch(requests) => requests.iter().flatten().any(|request| engine.may_write(request)),
        };
    let run = async move {
        let answer = AssertUnwindSafe(async {
            match posted {
                Posted::One(request) => Box::pin(engine.execute(request, context)).await,
                Posted::Batch(requests) => Answer::batch(&Box::pin(engine.execute_batch(requests, &context)).await),
            }
        });
        let answer = answer.catch_unwind().await;
        drop(holds);
        answer
    };
    // The task belongs to the request, and so to the span in which an application handles it.
    let run = run.in_current_span();
    let ended = if may_write { tokio::spawn(run).await.ok().and_then(Result::ok) } else { run.await.ok() };
    ended.ok_or_else(|| {
        tracing::error!(request_id = %id, "the engine panicked");
        Refusal::internal()
    })
}

/// The status follows from how far the request came and from the media type (GraphQL over HTTP, section 6.4).
fn status(outcome: Outcome, media: Media) -> StatusCode {
    match (outcome, media) {
        (Outcome::Refused, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Outcome::Executed, _) | (Outcome::Refused, Media::Json) => StatusCode::OK,
        (Outcome::MethodNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
        (Outcome::TimedOut, _) => StatusCode::GATEWAY_TIMEOUT,
    }
}

fn respond(answer: Answer, media: Media) -> Response {
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, media.content_type()),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("accept, authorization")),
    ]);
    if answer.outcome == Outcome::MethodNotAllowed {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    (status(answer.outcome, media), headers, answer.body).into_response()
}

/// What a request asks for by its own words, where it did not come far enough for an operation to be chosen.
#[derive(Default)]
struct Named {
    operation: Option<String>,
    /// How many requests a batch has.
    batch: Option<usize>,
}

impl Named {
    fn by(posted: &Posted) -> Self {
        match posted {
            Posted::One(request) => Self { operation: request.operation_name.clone(), batch: None },
            Posted::Batch(requests) => Self { operation: None, batch: Some(requests.len()) },
        }
    }
}

/// A refusal that is no fault of its request, which the log says once per second.
pub(super) fn too_busy(message: &'static str, maximum: usize) -> Refusal {
    static REFUSED: Throttle = Throttle::new();
    if let Some(held_back) = REFUSED.admit(message) {
        tracing::warn!(maximum, held_back, "{message}");
    }
    Refusal::too_busy()
}

pub(super) fn peer(head: &Parts) -> Option<IpAddr> {
    head.extensions.get::<Peer>().map(|peer| peer.0)
}

/// Whether a browser says that a page of another site embeds this URL, as an image or a script would be. No response
/// can be read that way, so such a request has no honest purpose. (A POST cannot be sent so: its content type makes
/// the browser ask first.)
fn is_blind_cross_site(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|header| header.as_bytes() == value.as_bytes());
    is("sec-fetch-mode", "no-cors") && (is("sec-fetch-site", "cross-site") || is("sec-fetch-site", "same-site"))
}
