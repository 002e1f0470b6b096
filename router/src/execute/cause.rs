//! Why a value is not there, as far as a client may know, and to which slots of an answer each cause belongs.

use std::{collections::HashMap, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::rows::{Rows, Value};
use crate::{
    error::Code,
    plan::{Entities, Shape},
};

/// Why a value is missing: what an entry of `errors` says beside its path.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// For people.
    pub message: String,
    /// With `code` and `subgraph`.
    pub extensions: Map<String, Json>,
}

impl Cause {
    /// A failure that the router noticed itself.
    pub fn new(code: Code, message: impl Into<String>, subgraph: Option<&str>) -> Self {
        let mut extensions = Map::from_iter([("code".to_owned(), Json::from(code.as_str()))]);
        if let Some(subgraph) = subgraph {
            extensions.insert("subgraph".to_owned(), subgraph.into());
        }
        Self { message: message.into(), extensions }
    }
}

/// An entry of a subgraph's `errors`.
#[derive(Debug, Deserialize)]
struct Told {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    path: Option<Vec<Json>>,
    #[serde(default)]
    extensions: Option<Map<String, Json>>,
}

/// What a subgraph may tell under `extensions` that no client should see.
const MASKED: [&str; 5] = ["stacktrace", "exception", "debug", "trace", REPRESENTATION];
/// Where a subgraph tells the index of the representation that an error under `_entities` belongs to.
const REPRESENTATION: &str = "representation";

/// A cause, and the indexes within the lists of its slot.
type At = (Vec<usize>, Arc<Cause>);

/// The causes of one answer, found by slot.
#[derive(Debug, Default)]
pub struct Causes {
    /// By shape, row and slot; then the indexes within lists, and the cause.
    by_slot: HashMap<(usize, u32, usize), Vec<At>>,
    /// By slot of any row of a shape: the subgraph did not say which entity it meant.
    by_field: HashMap<(usize, usize), Arc<Cause>>,
    /// The first that has a path.
    first: Option<Arc<Cause>>,
    /// What nulled the whole answer.
    of_all: Option<Arc<Cause>>,
    /// Those without a usable path: they belong to everything that the fetch owed.
    pub loose: Vec<Arc<Cause>>,
}

impl Causes {
    /// Reads the `errors` of an answer and finds the slots that they nulled.
    pub fn read(text: &[u8], subgraph: &str, rows: &Rows, shapes: &[Shape], entities: &[Entities]) -> Self {
        let mut causes = Self::default();
        let told: Vec<Told> = serde_json::from_slice(text).unwrap_or_else(|_| {
            vec![Told {
                message: Some("The subgraph's errors could not be read.".into()),
                path: None,
                extensions: None,
            }]
        });
        for told in told {
            causes.add(told, subgraph, rows, shapes, entities);
        }
        causes
    }

    fn add(&mut self, told: Told, subgraph: &str, rows: &Rows, shapes: &[Shape], entities: &[Entities]) {
        let mut extensions = told.extensions.unwrap_or_default();
        let representation = extensions.get(REPRESENTATION).and_then(Json::as_u64);
        extensions.retain(|key, _| !MASKED.contains(&key.as_str()));
        extensions.entry("code").or_insert_with(|| Code::Internal.as_str().into());
        extensions.entry("subgraph").or_insert_with(|| subgraph.into());
        extensions.remove("requestId");
        let message = told.message.unwrap_or_else(|| "The subgraph reported an error.".into());
        let cause = Arc::new(Cause { message, extensions });
        let mut path = told.path.unwrap_or_default();
        let under_entities = path
            .first()
            .and_then(Json::as_str)
            .and_then(|key| entities.iter().find(|part| *shapes[0].slots[part.slot].key == *key));
        if let Some(part) = under_entities
            && !path.get(1).is_some_and(Json::is_u64)
        {
            if let Some(index) = representation {
                path.insert(1, index.into());
            } else {
                match path.get(1).and_then(Json::as_str).and_then(|key| slot_of(&shapes[part.shape], key)) {
                    Some(slot) => drop(self.by_field.insert((part.shape, slot), cause)),
                    None => self.loose.push(cause),
                }
                return;
            }
        }
        match locate(&path, rows, shapes) {
            Some((place, indexes)) => {
                self.first.get_or_insert_with(|| cause.clone());
                self.by_slot.entry(place).or_default().push((indexes, cause));
            }
            None => self.loose.push(cause),
        }
    }

    /// Says that there was no data at all: any of the errors may be why.
    pub fn null_all(&mut self) {
        self.of_all = self.first.clone();
    }

    /// Why an entity of a shape is missing, where the subgraph did not say which one failed.
    pub fn for_missing_entity(&self, shape: usize) -> Option<&Arc<Cause>> {
        let by_field = self.by_field.iter().find(|((known, _), _)| *known == shape).map(|(_, cause)| cause);
        by_field.or_else(|| self.loose.first())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_slot.is_empty() && self.by_field.is_empty() && self.loose.is_empty()
    }

    /// Why the value of a slot (at `indexes` within its lists) is not there.
    pub fn of(&self, shape: usize, row: u32, slot: usize, indexes: &[usize]) -> Option<&Arc<Cause>> {
        if self.is_empty() {
            return None;
        }
        let at = self.by_slot.get(&(shape, row, slot)).and_then(|known| {
            known.iter().find(|(at, _)| at.starts_with(indexes) || indexes.starts_with(at)).map(|(_, cause)| cause)
        });
        at.or_else(|| self.by_field.get(&(shape, slot))).or_else(|| self.of_all.as_ref().filter(|_| shape == 0))
    }
}

fn slot_of(shape: &Shape, key: &str) -> Option<usize> {
    shape.slots.iter().position(|slot| *slot.key == *key)
}

/// The deepest slot on a path, with the indexes that follow it.
fn locate(path: &[Json], rows: &Rows, shapes: &[Shape]) -> Option<((usize, u32, usize), Vec<usize>)> {
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
        found = Some(((shape, row, slot), indexes));
        match (value, shapes[shape].slots[slot].kind) {
            (Value::Row(below), crate::plan::SlotKind::Object(inner)) => (shape, row) = (inner, below),
            _ => break,
        }
    }
    found
}
