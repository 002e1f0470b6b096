//! A GraphQL request as the protocol hands it over, and the answer it gets. No HTTP here.

use std::sync::Arc;

use apollo_compiler::Name;
use bytes::Bytes;
use schema::Caller;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, value::RawValue};
use tokio::time::Instant;

use crate::{
    auth::RequestId,
    cookies::Cookies,
    error::{Code, Codes, GraphQLError, body_of},
    json::JsonObject,
};

/// The parameters of a GraphQL request (GraphQL over HTTP, section "Request parameters").
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphQLRequest {
    /// The document.
    pub query: Option<String>,
    /// Which of its operations.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// Values for its variables, as they are written. `serde_json`'s readers of text keep them so; its `Value` does not.
    #[serde(default)]
    pub variables: Option<JsonObject>,
    /// What clients and routers agree on beyond the specification.
    #[serde(default)]
    pub extensions: Option<Map<String, Value>>,
    /// The name of a document that the server is supposed to know; Relay calls it `doc_id`.
    #[serde(default, alias = "doc_id")]
    pub document_id: Option<Value>,
}

impl GraphQLRequest {
    /// Whether it says which document it wants, by its text or otherwise.
    pub fn names_document(&self) -> bool {
        let persisted = self.extensions.as_ref().is_some_and(|extensions| extensions.contains_key("persistedQuery"));
        self.query.is_some() || persisted || self.document_id.is_some()
    }
}

impl GraphQLRequest {
    /// Whether the client asks for an extension of the response: `"extensions": {"NAME": true}`.
    pub fn asks_for(&self, extension: &str) -> bool {
        self.extensions.as_ref().is_some_and(|extensions| extensions.get(extension) == Some(&Value::Bool(true)))
    }
}

impl From<&str> for GraphQLRequest {
    fn from(document: &str) -> Self {
        Self { query: Some(document.to_owned()), ..Self::default() }
    }
}

/// What accompanies one request through the engine.
#[derive(Clone)]
pub struct RequestContext {
    /// Who calls.
    pub caller: Arc<Caller>,
    /// The client's `Authorization` header, which travels on to subgraphs.
    pub authorization: Option<http::HeaderValue>,
    /// The client's cookies, if it may have any, and those that subgraphs set.
    pub cookies: Option<Cookies>,
    /// Whether mutations may run (not over GET).
    pub allow_mutations: bool,
    /// When the request's head arrived, from which on its time is counted; from the call of the engine on, where it
    /// never came over HTTP.
    pub arrived: Option<Instant>,
}

impl RequestContext {
    /// Nobody in particular, who may write.
    pub fn anonymous() -> Self {
        let caller = Arc::new(Caller { request_id: RequestId::new().0, ..Caller::default() });
        Self { caller, authorization: None, cookies: None, allow_mutations: true, arrived: None }
    }
}

/// How far a request came; HTTP statuses follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It never ran: the document, the operation name or a variable was refused. There is no `data`.
    Refused,
    /// A mutation was sent in a way that allows queries only.
    MethodNotAllowed,
    /// The time was over before anything ran. There is no `data`.
    TimedOut,
    /// It ran; `data` is there, possibly null, possibly beside `errors`.
    Executed,
}

/// A response, ready to be sent.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How far the request came.
    pub outcome: Outcome,
    /// The whole response as JSON.
    pub body: Bytes,
    /// The codes of its errors.
    pub codes: Codes,
    /// Whether it has data that are not null.
    pub has_data: bool,
    /// The name of the operation that was chosen, if it has one; none of a batch.
    pub operation: Option<Name>,
}

impl Answer {
    /// Adds entries to the response's `extensions`, which has them once, however often this is called. The other members
    /// keep their text; a body that is no response counts as one without members.
    pub fn extend(&mut self, extensions: &Map<String, Value>) {
        #[derive(Default, Deserialize, Serialize)]
        struct Response<'b> {
            #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
            data: Option<&'b RawValue>,
            #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
            errors: Option<&'b RawValue>,
            #[serde(default)]
            extensions: Map<String, Value>,
        }
        /// `null` is a value, too.
        fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
            Deserialize::deserialize(deserializer).map(Some)
        }
        if extensions.is_empty() {
            return;
        }
        let mut response: Response = serde_json::from_slice(&self.body).unwrap_or_default();
        response.extensions.extend(extensions.clone());
        let body = serde_json::to_vec(&response).expect("a response is plain JSON");
        self.body = body.into();
    }

    /// The answers to a batch as one: an array, which ran if any of them did.
    pub fn batch(answers: &[Self]) -> Self {
        let ran = answers.iter().any(|answer| answer.outcome == Outcome::Executed);
        let mut body = Vec::with_capacity(answers.iter().map(|answer| answer.body.len() + 1).sum::<usize>() + 1);
        for (index, answer) in answers.iter().enumerate() {
            body.push(if index == 0 { b'[' } else { b',' });
            body.extend_from_slice(&answer.body);
        }
        body.push(b']');
        let mut codes = Codes::default();
        for answer in answers {
            codes.merge(&answer.codes);
        }
        Self {
            outcome: if ran { Outcome::Executed } else { Outcome::Refused },
            body: body.into(),
            codes,
            has_data: answers.iter().any(|answer| answer.has_data),
            operation: None,
        }
    }

    /// The answer to a request whose time was over before it ran.
    pub fn too_late(request_id: &str) -> Self {
        let error = GraphQLError::new(Code::Timeout, "The operation took too long.");
        Self { outcome: Outcome::TimedOut, ..Self::refused(vec![error], request_id) }
    }

    /// The answer to a request that never ran.
    pub fn refused(errors: Vec<GraphQLError>, request_id: &str) -> Self {
        let codes = Codes::of_errors(&errors);
        let body = body_of(errors, request_id).into();
        Self { outcome: Outcome::Refused, body, codes, has_data: false, operation: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_one_member_however_often_they_are_added() {
        let extended = |body: &'static str| {
            let refused = Answer::refused(Vec::new(), "");
            let mut answer = Answer { body: Bytes::from_static(body.as_bytes()), ..refused };
            for (key, value) in [("one", 1), ("two", 2), ("one", 3)] {
                answer.extend(&Map::from_iter([(key.to_owned(), value.into())]));
            }
            answer.extend(&Map::new());
            String::from_utf8(answer.body.to_vec()).unwrap()
        };
        let added = r#""extensions":{"one":3,"two":2}}"#;
        for (body, members) in [
            ("", ""),
            ("{}", ""),
            (r#"{"data":{"n":1.10}}"#, r#""data":{"n":1.10},"#),
            (r#"{"data":null,"errors":[{"message":"no"}]}"#, r#""data":null,"errors":[{"message":"no"}],"#),
            (r#"{"errors":[]}"#, r#""errors":[],"#),
        ] {
            assert_eq!(extended(body), format!("{{{members}{added}"), "{body}");
        }
        let kept = extended(r#"{"data":{},"extensions":{"zero":0}}"#);
        assert_eq!(kept, r#"{"data":{},"extensions":{"one":3,"two":2,"zero":0}}"#);
    }
}
