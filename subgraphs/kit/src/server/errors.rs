//! The last look at errors before they leave: each gets a code and the request's id, faults of ours are logged and masked.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError, Value};
use bytes::Bytes;
use schema::Caller;

use super::representation::Representations;
use crate::{
    Failure,
    error::{Code, INTERNAL_MESSAGE},
};

/// The answer to a document that is not GraphQL.
pub(super) fn unparsed(mut error: ServerError, caller: &Caller) -> Response {
    set(&mut error, "code", Code::GraphqlParseFailed.as_str());
    set(&mut error, "requestId", &*caller.request_id);
    Response::from_errors(vec![error])
}

/// The answer to a request that is refused before anything runs.
pub(super) fn refused(failure: &Failure, caller: &Caller) -> Response {
    let mut error = ServerError::new(failure.message(), None);
    set(&mut error, "code", failure.code().as_str());
    set(&mut error, "requestId", &*caller.request_id);
    Response::from_errors(vec![error])
}

/// What is left of a resolver that panicked; the panic itself is on standard error.
pub(super) fn panicked() -> ServerError {
    let mut error = ServerError::new(INTERNAL_MESSAGE, None);
    set(&mut error, "code", Code::Internal.as_str());
    error
}

/// Finishes the errors of an executed request, whose body is asked again for what entities it was about.
pub(super) fn finish(errors: &mut [ServerError], caller: &Arc<Caller>, body: &Bytes) {
    let mut representations = None;
    for error in errors {
        if matches!(error.path.first(), Some(PathSegment::Field(_))) {
            let representations = representations.get_or_insert_with(|| Representations::of(body));
            let entity = error.source::<Failure>().and_then(Failure::entity);
            if let Some(index) = representations.index(&error.path, entity) {
                set(error, "representation", index);
            }
        }
        match error.source::<Failure>() {
            Some(failure) => log(failure, &error.path, caller),
            None if code_of(error).is_some() => {}
            None => classify(error, caller),
        }
        if is_of_a_value(&error.message) {
            error.message = without_types(&error.message).to_owned();
        }
        set(error, "requestId", &*caller.request_id);
        error.source = None;
    }
}

fn log(failure: &Failure, path: &[PathSegment], caller: &Caller) {
    let (request_id, path) = (&*caller.request_id, describe(path));
    match (failure.code(), failure.cause()) {
        (Code::Internal, cause) => {
            tracing::error!(request_id, path, cause = cause.unwrap_or("unknown"), "a request failed");
        }
        (code, Some(cause)) => tracing::warn!(request_id, path, code = code.as_str(), cause, "a request was refused"),
        (code, None) => tracing::debug!(request_id, path, code = code.as_str(), "a request was refused"),
    }
}

/// Gives a code to what was not made by [`Failure`]: async-graphql's own errors, and foreign ones that a resolver let through.
fn classify(error: &mut ServerError, caller: &Caller) {
    let code = if error.path.is_empty() { refused_document(&error.message) } else { refused_value(error) };
    if code == Code::Internal {
        let (request_id, path) = (&*caller.request_id, describe(&error.path));
        tracing::error!(request_id, path, cause = error.message, "a request failed");
        INTERNAL_MESSAGE.clone_into(&mut error.message);
        error.extensions = None;
    }
    set(error, "code", code.as_str());
}

/// Why a document was refused before anything ran.
fn refused_document(message: &str) -> Code {
    let limits =
        ["Query is nested too deep", "Query is too complex", "The recursion depth", "The number of directives"];
    if limits.iter().any(|limit| message.starts_with(limit)) {
        Code::CostExceeded
    } else if is_of_a_value(message) {
        // The complexity of a list is asked before anything runs, and with it the list's arguments.
        Code::BadUserInput
    } else {
        Code::GraphqlValidationFailed
    }
}

/// Errors of values are made by async-graphql, without a source; whatever has one came from elsewhere and may tell too
/// much.
fn refused_value(error: &ServerError) -> Code {
    let is_of_an_argument = error.message.starts_with("Invalid value for argument \"");
    let is_expected = error.source.is_none() && (is_of_an_argument || is_of_a_value(&error.message));
    if is_expected { Code::BadUserInput } else { Code::Internal }
}

fn is_of_a_value(message: &str) -> bool {
    let beginnings = ["Failed to parse \"", "Expected input type \""];
    beginnings.iter().any(|beginning| message.starts_with(beginning))
}

/// The sentence about a value, without the types that async-graphql was reading when it met it.
fn without_types(message: &str) -> &str {
    let message = message.split_once(" (occurred while parsing \"").map_or(message, |(sentence, _)| sentence);
    let unread = message.strip_prefix("Failed to parse \"").and_then(|rest| rest.split_once("\": "));
    unread.map_or(message, |(_, sentence)| sentence)
}

fn code_of(error: &ServerError) -> Option<&Value> {
    error.extensions.as_ref()?.get("code")
}

fn set(error: &mut ServerError, name: &str, value: impl Into<Value>) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
}

fn describe(path: &[PathSegment]) -> String {
    let step = |segment: &PathSegment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    };
    path.iter().map(step).collect::<Vec<_>>().join(".")
}
