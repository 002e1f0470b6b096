//! Data that listed results tell of: the world of a case is the one in which its results are right.
//!
//! Objects are the same that stand at the same position (root field, arguments, field, index), or that have the same
//! key. What no result tells is invented, as in every world. `tests/listed` adds what single subgraphs know otherwise.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
};

use apollo_compiler::ast::Type;

use crate::{
    ast::{Field, Operation, Selection},
    store::{Instance, Store, Stored},
    value::Value,
};

/// The indexes of instances that are told of begin here; those below are invented.
pub const FIRST: usize = 100;

/// A field of an instance, with its arguments.
type Place = (Instance, String, String);

/// What was learned.
#[derive(Default)]
pub struct Learned {
    facts: HashMap<Place, Stored>,
    /// Every instance that is told of.
    pub instances: Vec<Instance>,
    /// What single subgraphs say instead.
    said: HashMap<(String, Instance, String), Stored>,
    unknown: Vec<(String, Instance)>,
}

impl Learned {
    /// What a field of an instance holds, if that was told.
    pub fn field(&self, of: &Instance, field: &str, arguments: &str) -> Option<Stored> {
        self.facts.get(&(of.clone(), field.to_owned(), arguments.to_owned())).cloned()
    }

    /// What one subgraph says instead.
    pub fn said(&self, subgraph: &str, of: &Instance, field: &str) -> Option<Stored> {
        self.said.get(&(subgraph.to_owned(), of.clone(), field.to_owned())).cloned()
    }

    /// Whether a subgraph does not know an instance.
    pub fn is_unknown(&self, subgraph: &str, of: &Instance) -> bool {
        self.unknown.iter().any(|(by, unknown)| by == subgraph && unknown == of)
    }
}

/// Teaches a store the results of operations, and what `tests/listed` adds for the case.
pub fn teach(store: &mut Store, case: &str, results: &[(Operation, Value)]) {
    let mut learner = Learner { store, learned: Learned::default(), guesses: false, changed: true };
    while learner.changed {
        learner.changed = false;
        for (operation, data) in results {
            let root = Store::root(operation.mutation);
            learner.object(operation, &root, &[&operation.selections], data);
        }
        learner.merge();
        if !learner.changed && !learner.guesses {
            // What is left may be of any of several types.
            (learner.guesses, learner.changed) = (true, true);
        }
    }
    let mut found = learner.learned;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/listed/{case}.json"));
    if let Ok(text) = fs::read(file) {
        let more: Value = Value::parse(&text).expect("a list");
        more.items().iter().for_each(|one| found.add(one));
    }
    store.learned = found;
}

impl Learned {
    fn add(&mut self, told: &Value) {
        let text = |key: &str| told.get(key).and_then(Value::text).map(str::to_owned);
        let (by, of) = (text("by").expect("a subgraph"), told.get("of").expect("an entity"));
        let is = |instance: &&Instance| {
            let Value::Object(fields) = of else { return false };
            fields.iter().all(|(name, value)| match self.field(instance, name, "") {
                Some(Stored::Leaf(known)) => known == *value,
                _ => name == "__typename" && value.text() == Some(&instance.ty),
            })
        };
        let of = self.instances.iter().find(is).unwrap_or_else(|| panic!("nobody tells of {of}")).clone();
        match (text("field"), told.get("value")) {
            (None, _) => self.unknown.push((by, of)),
            (Some(field), None) => _ = self.said.insert((by, of, field), Stored::Failed),
            (Some(field), Some(value)) => _ = self.said.insert((by, of, field), Stored::Leaf(value.clone())),
        }
    }
}

struct Learner<'s> {
    store: &'s Store,
    learned: Learned,
    /// Whether a type may be guessed.
    guesses: bool,
    changed: bool,
}

impl Learner<'_> {
    fn applies(&self, object: &str, condition: &str) -> bool {
        object == condition || self.store.model.api.is_subtype(condition, object)
    }

    fn object(&mut self, operation: &Operation, of: &Instance, selections: &[&[Selection]], data: &Value) {
        for (key, fields) in operation.collect(selections, &|on| self.applies(&of.ty, on)) {
            let (Some(value), name) = (data.get(key), &fields[0].name) else { continue };
            if name == "__typename" {
                continue;
            }
            let ty = &self.store.model.api.type_field(&of.ty, name).expect("a valid operation").ty;
            let place = (of.clone(), name.clone(), self.store.arguments(&of.ty, name, &fields[0].arguments));
            let known = self.learned.facts.get(&place).cloned();
            let Some(stored) = self.value(operation, ty, known.as_ref(), &fields, value) else { continue };
            if known.as_ref() != Some(&stored) {
                self.changed = true;
                self.learned.facts.insert(place, stored);
            }
        }
    }

    /// What a field holds; nothing, as long as a type is not known.
    fn value(
        &mut self,
        operation: &Operation,
        ty: &Type,
        known: Option<&Stored>,
        fields: &[&Field],
        value: &Value,
    ) -> Option<Stored> {
        let below: Vec<&[Selection]> = fields.iter().map(|field| field.below.as_slice()).collect();
        Some(match value {
            Value::Null => Stored::Null,
            Value::List(items) if ty.is_list() => {
                let before = |index: usize| match known {
                    Some(Stored::List(items)) => items.get(index),
                    _ => None,
                };
                let items = items.iter().enumerate();
                let items =
                    items.map(|(index, item)| self.value(operation, ty.item_type(), before(index), fields, item));
                // The others may be known: they are learned one by one.
                let all: Vec<Option<Stored>> = items.collect();
                Stored::List(all.into_iter().collect::<Option<_>>()?)
            }
            Value::Object(_) if !fields[0].below.is_empty() => {
                let instance = match known {
                    Some(Stored::Object(instance)) => instance.clone(),
                    _ => self.instance(operation, ty.inner_named_type(), &below, value)?,
                };
                self.object(operation, &instance, &below, value);
                Stored::Object(instance)
            }
            leaf => Stored::Leaf(leaf.clone()),
        })
    }

    /// The instance that an object shows, or a new one; nothing if it may be of several types.
    fn instance(&mut self, operation: &Operation, ty: &str, below: &[&[Selection]], data: &Value) -> Option<Instance> {
        let fits = |object: &String| {
            let fields = operation.collect(below, &|on| self.applies(object, on));
            let Value::Object(shown) = data else { return false };
            let is = |(key, fields): &(&str, Vec<&Field>)| {
                let own = fields[0].name != "__typename" || data.get(key).and_then(Value::text) == Some(object);
                own && data.get(key).is_some()
            };
            fields.len() == shown.len() && fields.iter().all(is)
        };
        let all: Vec<String> = self.store.model.possible(ty).into_iter().filter(fits).collect();
        for object in &all {
            let shown = operation.collect(below, &|on| self.applies(object, on));
            let told = |name: &str| {
                let shown = shown.iter().find(|(_, fields)| fields[0].name == name && fields[0].below.is_empty());
                shown.and_then(|(key, _)| data.get(key)).cloned()
            };
            let same = |known: &&Instance| {
                known.ty == *object
                    && self.keys(object).iter().any(|key| {
                        key.iter().all(|name| told(name).is_some_and(|value| self.leaf(known, name) == Some(value)))
                    })
            };
            if let Some(known) = self.learned.instances.iter().find(same) {
                return Some(known.clone());
            }
        }
        let certain = all.len() == 1 || (self.guesses && !all.is_empty());
        certain.then(|| {
            let instance = Instance { ty: all[0].clone(), index: FIRST + self.learned.instances.len() };
            self.learned.instances.push(instance.clone());
            instance
        })
    }

    /// The keys of a type, as far as they are leaves, in all subgraphs.
    fn keys(&self, object: &str) -> BTreeSet<Vec<String>> {
        let all = self.store.model.subgraphs.values().filter_map(|known| known.keys.get(object)).flatten();
        let names = |selections: &[Selection]| {
            let name = |selection: &Selection| match selection {
                Selection::Field(field) if field.below.is_empty() => Some(field.name.clone()),
                _ => None,
            };
            selections.iter().map(name).collect::<Option<Vec<String>>>()
        };
        all.filter_map(|key| names(&key.fields)).collect()
    }

    fn leaf(&self, of: &Instance, name: &str) -> Option<Value> {
        match self.learned.field(of, name, "") {
            Some(Stored::Leaf(value)) => Some(value),
            _ => None,
        }
    }

    /// Makes one instance of those that turned out to have the same key.
    fn merge(&mut self) {
        let all = self.learned.instances.clone();
        for (index, one) in all.iter().enumerate() {
            for other in &all[..index] {
                let key = |key: &Vec<String>| {
                    key.iter()
                        .all(|name| self.leaf(one, name).is_some() && self.leaf(one, name) == self.leaf(other, name))
                };
                if one.ty == other.ty && self.keys(&one.ty).iter().any(key) {
                    self.unify(one, other);
                    self.changed = true;
                    return;
                }
            }
        }
    }

    fn unify(&mut self, gone: &Instance, stays: &Instance) {
        self.learned.instances.retain(|instance| instance != gone);
        let facts = std::mem::take(&mut self.learned.facts);
        for ((of, field, arguments), mut stored) in facts {
            rename(&mut stored, gone, stays);
            let of = if of == *gone { stays.clone() } else { of };
            self.learned.facts.entry((of, field, arguments)).or_insert(stored);
        }
    }
}

fn rename(stored: &mut Stored, from: &Instance, to: &Instance) {
    match stored {
        Stored::Object(instance) if instance == from => *instance = to.clone(),
        Stored::List(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        _ => {}
    }
}
