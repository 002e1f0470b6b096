//! Asks for the lists of a batch one by one, once, where a failure below one of them took the answers to all.
//!
//! `_entities` is never null, so one that fails makes a null of the whole answer and of what its neighbours had. The
//! answers to the single questions are written into one body, as if the subgraph had answered to the batch and nulled
//! only what failed: whoever reads it sees no difference. Only reads come here; it refuses to know how they are sent.

use std::{ops::Range, sync::Arc};

use apollo_compiler::response::JsonMap;
use bytes::Bytes;
use futures_util::future;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::{
    Call,
    cause::Cause,
    json::{self, Answer},
    represent,
    rows::Value,
};
use crate::plan::{Alone, Fetch, Shape, Slot, SlotKind};

/// A request that asks for several lists of entities, and where in its body each of them stands as a variable; an
/// empty range for one without representations.
pub struct Batch<'r> {
    pub fetch: &'r Fetch,
    pub variables: &'r JsonMap,
    pub body: Bytes,
    pub lists: Vec<Range<usize>>,
}

/// What came back for one list: its JSON, and errors with paths as the batch would tell them.
struct Part {
    data: Vec<u8>,
    errors: Vec<Json>,
}

impl Batch<'_> {
    /// Whether the lists should be asked for singly, after this answer to all.
    pub fn is_lost(&self, answer: &Answer, deadline: Instant) -> bool {
        let asked = self.lists.iter().filter(|list| !list.is_empty()).count();
        asked > 1 && answer.data == Value::Null && answer.errors.is_some() && Instant::now() < deadline
    }

    /// Asks for each list alone, at the same time. `None` if what comes back makes no readable answer.
    pub async fn ask_singly(&self, call: Call<'_>) -> Option<Arc<Answer>> {
        let shape = Shape { slots: vec![Slot::new("_entities", SlotKind::Leaf)], types: Vec::new() };
        let shapes: Arc<[Shape]> = [shape].into();
        let entities = self.fetch.entities.iter().zip(&self.lists);
        let parts = entities.map(|(part, list)| {
            let key = &*self.fetch.shapes[0].slots[part.slot].key;
            let body = part.alone.as_ref().filter(|_| !list.is_empty()).map(|alone| self.body(alone, list.clone()));
            let shapes = &shapes;
            async move {
                match body {
                    Some(body) => (key, Part::read(key, call.ask(shapes, body).await)),
                    None => (key, Part { data: b"[]".to_vec(), errors: Vec::new() }),
                }
            }
        });
        let body = together(&future::join_all(parts).await);
        json::read(&body.into(), &self.fetch.shapes).ok().map(Arc::new)
    }

    fn body(&self, alone: &Alone, list: Range<usize>) -> Bytes {
        let mut body = alone.body_prefix.as_bytes().to_vec();
        body.extend_from_slice(&self.body[list]);
        represent::variables(self.variables, &alone.variables, &mut body, &mut false);
        body.extend_from_slice(b"}}");
        body.into()
    }
}

impl Part {
    fn read(key: &str, answer: Result<Arc<Answer>, Cause>) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(cause) => return Self::failed(key, &cause),
        };
        let list = match answer.rows.get(0, 0, 0) {
            Value::Leaf(from, to) if answer.data == Value::Row(0) => Some(answer.rows.text(from, to)),
            _ => None,
        };
        let errors = answer.errors.map_or(&b"[]"[..], |(from, to)| answer.rows.text(from, to));
        let errors: Vec<Json> = serde_json::from_slice(errors).unwrap_or_else(|_| vec![Json::Null]);
        let errors = errors.into_iter().map(|error| below(key, error, list.is_some())).collect();
        Self { data: list.unwrap_or(b"null").to_vec(), errors }
    }

    fn failed(key: &str, cause: &Cause) -> Self {
        let error = serde_json::json!({"message": cause.message, "path": [key], "extensions": cause.extensions});
        Self { data: b"null".to_vec(), errors: vec![error] }
    }
}

/// An error of a single answer as one of the batch's, told of the list `key`. Without a path, it is told of all that is
/// missing, which is the list unless that was `answered`.
fn below(key: &str, error: Json, answered: bool) -> Json {
    let Json::Object(mut error) = error else {
        return serde_json::json!({"path": [key]});
    };
    match error.get_mut("path") {
        Some(Json::Array(path)) if path.first().is_some_and(|first| first == "_entities") => path[0] = key.into(),
        _ if answered => {}
        _ => drop(error.insert("path".to_owned(), serde_json::json!([key]))),
    }
    Json::Object(error)
}

/// The body of the answer that the parts make.
fn together(parts: &[(&str, Part)]) -> Vec<u8> {
    let mut body = b"{\"data\":{".to_vec();
    let mut first = true;
    for (key, part) in parts {
        represent::separate(&mut body, &mut first);
        body.extend_from_slice(format!("\"{key}\":").as_bytes());
        body.extend_from_slice(&part.data);
    }
    body.push(b'}');
    let errors: Vec<&Json> = parts.iter().flat_map(|(_, part)| &part.errors).collect();
    if !errors.is_empty() {
        body.extend_from_slice(b",\"errors\":");
        serde_json::to_writer(&mut body, &errors).expect("errors are plain JSON");
    }
    body.push(b'}');
    body
}
