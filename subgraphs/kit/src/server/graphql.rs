//! `POST /graphql`: from the bytes of a request to the bytes of its answer.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Data, ObjectType, Request, Response, Schema, SchemaBuilder, SubscriptionType, Value};
use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::State,
    middleware::{from_fn, from_fn_with_state},
    routing::post,
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use schema::Caller;
use tokio::time::Instant;

use super::{
    access::Access,
    answer::{json_response, refusal},
    deadline,
    documents::Documents,
    errors,
    health::Health,
    parameters::Parameters,
    representation,
};
use crate::{Failure, caller::identify, client::Authorization, loader::gather, sdl, trust::Trust};

/// What a request may weigh, in bytes: a router's list of representations can be long.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// async-graphql walks documents by recursion; deeper ones could exhaust the stack.
const MAX_DEPTH: usize = 48;
/// How many fields the answer to an operation may have, by the sizes of the lists that it asks for.
const MAX_COMPLEXITY: usize = 500_000;
/// How many representations a request may hold, over all its lists of entities.
const MAX_REPRESENTATIONS: usize = 20_000;
const MAX_DIRECTIVES: usize = 16;

/// Limits of depth, complexity and directives. They are generous, because the client is a router with limits of its own.
#[must_use]
pub fn guard_rails<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    builder
        .limit_recursive_depth(MAX_DEPTH)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_COMPLEXITY)
        .limit_directives(MAX_DIRECTIVES)
}

type Fill = dyn Fn(&Arc<Caller>, &mut Data) + Send + Sync;

/// Makes the routes of a GraphQL schema: `POST /graphql`, `/health/live` and `/health/ready`.
///
/// Resolvers find `Arc<Caller>` (see [`crate::caller`]), [`Authorization`], the request's `HeaderMap` and what
/// [`per_request`](Self::per_request) adds in the data of the request. HTTP headers that they set go out with the answer.
pub struct GraphqlRoutes<Q, M, S> {
    schema: Schema<Q, M, S>,
    trust: Trust,
    health: Health,
    fill: Box<Fill>,
    body_limit: usize,
}

impl<Q, M, S> GraphqlRoutes<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// The routes of `schema`, whose callers are checked by `trust`; it is ready when `health` says so.
    pub fn new(schema: Schema<Q, M, S>, trust: Trust, health: Health) -> Self {
        Self { schema, trust, health, fill: Box::new(|_, _| {}), body_limit: BODY_LIMIT }
    }

    /// Adds data to every request: loaders above all.
    #[must_use]
    pub fn per_request(mut self, fill: impl Fn(&Arc<Caller>, &mut Data) + Send + Sync + 'static) -> Self {
        self.fill = Box::new(fill);
        self
    }

    /// Replaces the bound of a request's body, in bytes.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The routes.
    pub fn build(self) -> Router {
        let endpoint = Endpoint {
            sdl: sdl::of(&self.schema),
            raw_sdl: sdl::raw(&self.schema),
            schema: self.schema,
            name: self.trust.services.audience().to_owned(),
            fill: self.fill,
            body_limit: self.body_limit,
            documents: Documents::default(),
        };
        Router::new()
            .route("/graphql", post(answer::<Q, M, S>))
            .layer(from_fn(deadline::keep))
            .layer(from_fn_with_state(self.trust, identify))
            .with_state(Arc::new(endpoint))
            .merge(self.health.routes())
    }
}

struct Endpoint<Q, M, S> {
    schema: Schema<Q, M, S>,
    /// The subgraph's name, for the log.
    name: String,
    fill: Box<Fill>,
    body_limit: usize,
    documents: Documents,
    /// What async-graphql answers to `_service`, and what it should have.
    raw_sdl: String,
    sdl: String,
}

async fn answer<Q, M, S>(
    State(endpoint): State<Arc<Endpoint<Q, M, S>>>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    body: Body,
) -> axum::response::Response
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let Ok(body) = to_bytes(body, endpoint.body_limit).await else {
        return refusal(&Failure::payload_too_large(endpoint.body_limit), &caller.request_id);
    };
    let parameters = match Parameters::read(&body) {
        Ok(parameters) => parameters,
        Err(error) => return refusal(&Failure::bad_input(not_a_request(&error)), &caller.request_id),
    };
    let (arrived, operation) = (Instant::now(), parameters.operation_name.clone());
    let mut response = endpoint.execute(&caller, headers, parameters, &body).await;
    let access = Access { subgraph: &endpoint.name, caller: &caller, operation: operation.as_deref() };
    access.log(&response.errors, arrived.elapsed());
    let set = std::mem::take(&mut response.http_headers);
    match serde_json::to_vec(&response) {
        Ok(body) => {
            let mut answer = json_response(StatusCode::OK, body);
            answer.headers_mut().extend(set);
            answer
        }
        Err(error) => refusal(&Failure::internal(error), &caller.request_id),
    }
}

fn not_a_request(error: &serde_json::Error) -> String {
    format!("The body is not a GraphQL request in JSON: {error}.")
}

impl<Q, M, S> Endpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    async fn execute(
        &self,
        caller: &Arc<Caller>,
        headers: HeaderMap,
        parameters: Parameters,
        body: &Bytes,
    ) -> Response {
        let asks_for_sdl = parameters.query.contains("_service");
        let document = match self.documents.parse(&parameters.query) {
            Ok(document) => document,
            Err(error) => return errors::unparsed(error, caller),
        };
        let variables = parameters.variables.unwrap_or_default();
        if representation::count(&document, &variables) > MAX_REPRESENTATIONS {
            return errors::refused(&Failure::too_many_entities(MAX_REPRESENTATIONS), caller);
        }
        let mut request = Request::new(parameters.query).variables(variables);
        request.operation_name = parameters.operation_name;
        request.data.insert(caller.clone());
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        request.data.insert(Authorization(authorization));
        request.data.insert(headers);
        (self.fill)(caller, &mut request.data);
        request.set_parsed_query(document);
        // A panic of one resolver must not take down the router that may share this process.
        let mut response = match AssertUnwindSafe(gather(self.schema.execute(request))).catch_unwind().await {
            Ok(response) => response,
            Err(_) => Response::from_errors(vec![errors::panicked()]),
        };
        if !response.errors.is_empty() {
            errors::finish(&mut response.errors, caller, body);
        }
        if asks_for_sdl {
            self.replace_sdl(&mut response.data);
        }
        response
    }

    /// Puts the finished SDL in the place of the raw one, under whatever aliases.
    fn replace_sdl(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|field| self.replace_sdl(field)),
            Value::String(text) if *text == self.raw_sdl => text.clone_from(&self.sdl),
            _ => {}
        }
    }
}
