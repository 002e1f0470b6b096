//! Why a value is not there, as far as a client may know, and to which slots of an answer each cause belongs.

use std::{collections::HashMap, sync::Arc};

use super::rows::{Rows, Value};
use crate::{
    error::Code,
    json::{JsonObject, JsonValue as Json},
    plan::{Entities, Shape},
};

/// Why a value is missing: what an entry of `errors` says beside its path.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// For people.
    pub message: String,
    /// With `code` and `subgraph`.
    pub extensions: JsonObject,
    /// Where it happened, from the value that is missing on: keys of the subgraph's answer, and indexes.
    pub below: Vec<Json>,
    /// Whether `below` begins at the root of the answer instead, all of which is missing.
    pub from_root: bool,
}

impl Cause {
    /// A failure that the router noticed itself.
    pub fn new(code: Code, message: impl Into<String>, subgraph: Option<&str>) -> Self {
        let mut extensions = JsonObject::from_iter([("code".to_owned(), code.as_str().into())]);
        if let Some(subgraph) = subgraph {
            extensions.insert("subgraph", subgraph);
        }
        Self { message: message.into(), extensions, below: Vec::new(), from_root: false }
    }

    /// The same cause of something that happened elsewhere.
    pub fn elsewhere(&self) -> Arc<Self> {
        Arc::new(Self { below: Vec::new(), from_root: false, ..self.clone() })
    }
}

/// An entry of a subgraph's `errors`: what of it is as it should be.
#[derive(Debug)]
struct Told {
    message: String,
    path: Vec<Json>,
    extensions: JsonObject,
}

impl Told {
    fn read(error: Json) -> Self {
        let Json::Object(mut error) = error else {
            let message = "The subgraph's errors could not be read.".to_owned();
            return Self { message, path: Vec::new(), extensions: JsonObject::default() };
        };
        let mut take = |key| error.remove(key).unwrap_or_default();
        let message = match take("message") {
            Json::String(message) => message,
            _ => "The subgraph reported an error.".to_owned(),
        };
        let path = if let Json::Array(path) = take("path") { path } else { Vec::new() };
        let extensions =
            if let Json::Object(extensions) = take("extensions") { extensions } else { JsonObject::default() };
        Self { message, path, extensions }
    }
}

/// What a subgraph may tell under `extensions` that no client should see.
const MASKED: [&str; 5] = ["stacktrace", "exception", "debug", "trace", REPRESENTATION];
/// Where a subgraph tells the index of the representation that an error under `_entities` belongs to.
const REPRESENTATION: &str = "representation";

/// A shape, a row of it, and a slot.
type SlotAt = (usize, u32, usize);
/// A cause, and the indexes within the lists of its slot.
type At = (Vec<usize>, Arc<Cause>);

/// A cause as it was found for a value.
pub struct Found<'c> {
    /// The cause.
    pub cause: &'c Arc<Cause>,
    /// Indexes of the lists within the value, on the way to where it happened.
    pub indexes: &'c [usize],
}

/// The causes of one answer, found by slot.
#[derive(Debug, Default)]
pub struct Causes {
    /// By shape, row and slot; then the indexes within lists, and the cause.
    by_slot: HashMap<SlotAt, Vec<At>>,
    /// By slot of any row of a shape: the subgraph did not say which entity it meant.
    by_field: HashMap<(usize, usize), Arc<Cause>>,
    /// The same by shape, for entities that are missing as a whole.
    by_shape: HashMap<usize, Vec<Arc<Cause>>>,
    /// Those with a path, all of it below.
    located: Vec<Arc<Cause>>,
    /// Whether there was no data at all.
    null: bool,
    /// Those that were told of a value which is there nevertheless.
    pub beside: Vec<Cause>,
    /// Those without a usable path: they belong to everything that the fetch owed.
    pub loose: Vec<Arc<Cause>>,
}

impl Causes {
    /// Reads the `errors` of an answer and finds the slots that they nulled.
    pub fn read(text: &[u8], subgraph: &str, rows: &Rows, shapes: &[Shape], entities: &[Entities]) -> Self {
        let mut causes = Self::default();
        for error in list(text) {
            causes.add(Told::read(error), subgraph, rows, shapes, entities);
        }
        causes
    }

    fn add(&mut self, told: Told, subgraph: &str, rows: &Rows, shapes: &[Shape], entities: &[Entities]) {
        let Told { message, mut path, mut extensions } = told;
        let representation = extensions.get(REPRESENTATION).and_then(Json::as_u64);
        extensions.retain(|key| key != "requestId" && !MASKED.contains(&key));
        extensions.insert_new("code", Code::Internal.as_str());
        extensions.insert_new("subgraph", subgraph);
        let with = |below: &[Json]| {
            let (message, extensions) = (message.clone(), extensions.clone());
            Cause { message, extensions, below: below.to_vec(), from_root: false }
        };
        let under_entities = path
            .first()
            .and_then(Json::as_str)
            .and_then(|key| entities.iter().find(|part| *shapes[0].slots[part.slot].key == *key));
        if let Some(part) = under_entities
            && path.get(1).and_then(Json::as_u64).is_none()
        {
            if let Some(index) = representation {
                path.insert(1, index.into());
            } else if let Some(key) = path.get(1) {
                match key.as_str().and_then(|key| slot_of(&shapes[part.shape], key)) {
                    Some(slot) => {
                        self.by_field.insert((part.shape, slot), Arc::new(with(&path[2..])));
                        self.by_shape.entry(part.shape).or_default().push(Arc::new(with(&path[1..])));
                    }
                    None => self.loose.push(Arc::new(with(&[]))),
                }
                return;
            }
        }
        match locate(&path, rows, shapes) {
            Some((_, _, _, Value::Leaf(..) | Value::Type(_) | Value::Row(_) | Value::List(..))) => {
                self.beside.push(Cause { from_root: true, ..with(&path) });
            }
            Some((place, indexes, below, _)) => {
                self.located.push(Arc::new(Cause { from_root: true, ..with(&path) }));
                self.by_slot.entry(place).or_default().push((indexes, Arc::new(with(below))));
            }
            None => self.loose.push(Arc::new(with(&[]))),
        }
    }

    /// Says that there was no data at all: any of the errors may be why.
    pub fn null_all(&mut self) {
        self.null = true;
    }

    /// Everything that was told with a path, if there was no data at all.
    pub fn of_all(&self) -> &[Arc<Cause>] {
        if self.null { &self.located } else { &[] }
    }

    /// Why an entity of a shape is missing, where the subgraph did not say which one failed.
    pub fn for_missing_entity(&self, shape: usize) -> &[Arc<Cause>] {
        self.by_shape.get(&shape).map_or(&self.loose[..self.loose.len().min(1)], Vec::as_slice)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_slot.is_empty() && self.by_field.is_empty() && self.loose.is_empty()
    }

    /// Why the value of a slot (at `indexes` within its lists) is not there: everything that its subgraph said.
    pub fn of(&self, shape: usize, row: u32, slot: usize, indexes: &[usize]) -> Vec<Found<'_>> {
        if self.is_empty() {
            return Vec::new();
        }
        let known = self.by_slot.get(&(shape, row, slot)).into_iter().flatten();
        let own = known.filter(|(at, _)| at.starts_with(indexes) || indexes.starts_with(at));
        let mut found: Vec<_> =
            own.map(|(at, cause)| Found { cause, indexes: at.get(indexes.len()..).unwrap_or_default() }).collect();
        if found.is_empty() {
            let field = self.by_field.get(&(shape, slot));
            found.extend(field.map(|cause| Found { cause, indexes: &[] }));
        }
        if found.is_empty() && self.null && shape == 0 {
            found.extend(self.located.iter().map(|cause| Found { cause, indexes: &[] }));
        }
        found
    }
}

/// The entries of a subgraph's `errors`: one that says nothing, if they are none.
pub fn list(text: &[u8]) -> Vec<Json> {
    match Json::parse(text) {
        Ok(Json::Array(errors)) => errors,
        _ => vec![Json::Null],
    }
}

fn slot_of(shape: &Shape, key: &str) -> Option<usize> {
    shape.slots.iter().position(|slot| *slot.key == *key)
}

/// The deepest slot on a path, with the indexes that follow it, the rest of the path, and what stands there.
fn locate<'p>(path: &'p [Json], rows: &Rows, shapes: &[Shape]) -> Option<(SlotAt, Vec<usize>, &'p [Json], Value)> {
    let (mut shape, mut row) = (0, 0);
    if rows.count(0) == 0 {
        return None;
    }
    let mut steps = path.iter();
    let mut found = None;
    while let Some(key) = steps.next() {
        let slot = slot_of(&shapes[shape], key.as_str()?)?;
        let mut value = rows.get(shape, row, slot);
        let mut indexes = Vec::new();
        let mut ahead = steps.clone();
        while let Some(index) = ahead.next().and_then(Json::as_u64) {
            let index = usize::try_from(index).ok()?;
            indexes.push(index);
            steps.next();
            if let Value::List(from, to) = value {
                value = rows.items(from, to).get(index).copied()?;
            }
        }
        found = Some(((shape, row, slot), indexes, steps.as_slice(), value));
        match (value, shapes[shape].slots[slot].kind) {
            (Value::Row(below), crate::plan::SlotKind::Object(inner)) => (shape, row) = (inner, below),
            _ => break,
        }
    }
    found
}
