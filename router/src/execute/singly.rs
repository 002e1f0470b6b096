//! Asks for the lists of a batch singly, once, where a failure below one of them took the answers to all.
//!
//! `_entities` is never null, so one that fails makes a null of the whole answer and of what its neighbours had. The
//! answers to the single questions are written into one body, as if the subgraph had answered to the batch and nulled
//! only what failed: whoever reads it sees no difference. Only reads come here; it refuses to know how they are sent.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use futures_util::future;
use tokio::time::Instant;

use super::{
    Call,
    cause::{self, Cause},
    json::{self, Answer},
    represent,
    rows::Value,
};
use crate::{
    json::{JsonObject, JsonValue as Json},
    operation::Variables,
    plan::{self, Entities, Fetch, Shape, Slot, SlotKind, Variable},
};

/// A request that asks for several lists of entities, and where in its body each of them stands as a variable; an
/// empty range for one without representations.
pub struct Batch<'r> {
    pub fetch: &'r Fetch,
    pub variables: &'r Variables,
    pub body: Bytes,
    pub lists: Vec<Range<usize>>,
    /// How many representations each of them has.
    pub counts: Vec<usize>,
}

/// A list of entities that is asked for otherwise than the plan's document does it.
pub struct Asked<'r> {
    /// The response key, if it is not `_entities`.
    pub alias: Option<String>,
    /// The variable that holds the representations.
    pub variable: String,
    pub part: &'r Entities,
    /// The representations: a list as JSON.
    pub representations: &'r [u8],
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
            let key = self.key(part);
            let asked = (!list.is_empty()).then(|| Asked {
                alias: None,
                variable: part.variable.clone(),
                part,
                representations: self.representations(part, list),
            });
            let body = asked.map(|asked| self.request(&[asked]));
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

    /// The response key of a list in the plan's document.
    pub fn key(&self, part: &Entities) -> &str {
        &self.fetch.shapes[0].slots[part.slot].key
    }

    /// What stands behind the key of a list's variable in the body.
    pub fn representations(&self, part: &Entities, list: &Range<usize>) -> &[u8] {
        &self.body[list.start + part.variable.len() + 3..list.end]
    }

    /// The body of a request that asks for some lists.
    pub fn request(&self, lists: &[Asked<'_>]) -> Bytes {
        let mut selections = String::from("{");
        for Asked { alias, variable, part, .. } in lists {
            let alias = alias.as_ref().map_or_else(String::new, |alias| format!("{alias}:"));
            let selection = &self.fetch.operation[part.selection.clone()];
            selections.extend([alias.as_str(), "_entities(representations:$", variable, ")", selection]);
        }
        let is_used = |index: &usize| lists.iter().any(|asked| asked.part.variables.contains(index));
        let own: Vec<&Variable> =
            (0..self.fetch.variables.len()).filter(is_used).map(|index| &self.fetch.variables[index]).collect();
        let head = plan::head(lists.iter().map(|asked| &asked.variable), own.iter().copied());
        let mut body = plan::body_prefix(&format!("query{head}{selections}}}")).into_bytes();
        let mut first = true;
        for Asked { variable, representations, .. } in lists {
            represent::separate(&mut body, &mut first);
            body.extend_from_slice(format!("\"{variable}\":").as_bytes());
            body.extend_from_slice(representations);
        }
        represent::variables(self.variables, own, &mut body, &mut first);
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
        let errors = errors_of(&answer).into_iter().map(|error| below(key, error, list.is_some())).collect();
        Self { data: list.unwrap_or(b"null").to_vec(), errors }
    }

    fn failed(key: &str, cause: &Cause) -> Self {
        Self { data: b"null".to_vec(), errors: vec![error_at(vec![key.into()], cause)] }
    }
}

/// An error of a single answer as one of the batch's, told of the list `key`. Without a path, it is told of all that is
/// missing, which is the list unless that was `answered`.
fn below(key: &str, error: Json, answered: bool) -> Json {
    let Json::Object(mut error) = error else {
        return JsonObject::from_iter([("path".to_owned(), vec![Json::from(key)].into())]).into();
    };
    match error.get_mut("path") {
        Some(Json::Array(path)) if path.first().is_some_and(|first| *first == "_entities") => path[0] = key.into(),
        _ if answered => {}
        _ => error.insert("path", vec![Json::from(key)]),
    }
    Json::Object(error)
}

/// The errors of an answer.
pub fn errors_of(answer: &Answer) -> Vec<Json> {
    answer.errors.map_or_else(Vec::new, |(from, to)| cause::list(answer.rows.text(from, to)))
}

/// An error as a subgraph would tell it, at a path of its answer.
pub fn error_at(path: Vec<Json>, cause: &Cause) -> Json {
    let members: [(&str, Json); 3] = [
        ("message", cause.message.as_str().into()),
        ("path", path.into()),
        ("extensions", cause.extensions.clone().into()),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<JsonObject>().into()
}

/// The body of the answer that the parts make.
fn together(parts: &[(&str, Part)]) -> Vec<u8> {
    let lists = parts.iter().map(|(key, part)| (*key, part.data.as_slice()));
    answer(lists, &parts.iter().flat_map(|(_, part)| &part.errors).collect::<Vec<_>>())
}

/// The body of an answer of these lists by response key, and these errors.
pub fn answer<'p>(lists: impl Iterator<Item = (&'p str, &'p [u8])>, errors: &[&Json]) -> Vec<u8> {
    let mut body = b"{\"data\":{".to_vec();
    let mut first = true;
    for (key, list) in lists {
        represent::separate(&mut body, &mut first);
        body.extend_from_slice(format!("\"{key}\":").as_bytes());
        body.extend_from_slice(list);
    }
    body.push(b'}');
    if !errors.is_empty() {
        body.extend_from_slice(b",\"errors\":[");
        let mut first = true;
        for error in errors {
            represent::separate(&mut body, &mut first);
            error.write(&mut body);
        }
        body.push(b']');
    }
    body.push(b'}');
    body
}
