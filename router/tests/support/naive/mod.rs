//! The second oracle: an executor that runs a plan slowly and plainly, over whole JSON values.
//!
//! Of the engine it knows the plan alone. Answers stay the trees that they came as; an object is where it stands in
//! one of them, and an overlay says where else the same object stands. Fetches run one after the other, nothing is
//! de-duplicated, and what is wrong with a value is noted at the place where it is missing.

mod answer;
mod told;
mod write;

use std::collections::BTreeMap;

use rialto::{
    graph::{Supergraph, TypeId},
    plan::{Entities, LinkKind, Plan, SlotKind},
};

#[allow(unused_imports)] // Whoever has another oracle, too, says more.
pub use self::answer::{Answer, Failure, MOST_ERRORS, Path, SEEDED, agree};
use self::{told::Told, write::Response};
use crate::value::Value;

/// Runs a plan; `ask` sends a subgraph, by its name, the body of a request.
pub fn run(plan: &Plan, graph: &Supergraph, variables: &Value, ask: &mut dyn FnMut(&str, &Value) -> Value) -> Answer {
    let mut naive = Naive { plan, graph, answers: plan.fetches.iter().map(|_| None).collect(), links: BTreeMap::new() };
    let mut open: Vec<usize> = (0..plan.fetches.len()).collect();
    while !open.is_empty() {
        let ready = open.iter().position(|fetch| plan.fetches[*fetch].after.iter().all(|other| !open.contains(other)));
        let fetch = open.remove(ready.expect("fetches never wait for each other in a circle"));
        naive.fetch(fetch, variables, ask);
    }
    naive.zip();
    Response::of(&naive)
}

/// An object: where it stands in an answer.
#[derive(Clone, Debug, PartialEq)]
struct Object {
    fetch: usize,
    path: Path,
}

impl Object {
    /// The object of all roots.
    fn root() -> Self {
        Self { fetch: usize::MAX, path: Vec::new() }
    }

    fn label(&self) -> String {
        format!("{} {}", self.fetch, Value::List(self.path.clone()))
    }
}

/// What an overlay knows of an object.
#[derive(Clone, Debug)]
enum Linked {
    To(Object),
    /// Nothing, which is no fault.
    Missing,
    /// Nothing, because something failed.
    Failed,
}

struct Naive<'n> {
    plan: &'n Plan,
    graph: &'n Supergraph,
    /// By fetch: nothing, if it was not asked.
    answers: Vec<Option<Told>>,
    /// By overlay and base object.
    links: BTreeMap<(usize, String), (Object, Linked)>,
}

impl Naive<'_> {
    fn fetch(&mut self, index: usize, variables: &Value, ask: &mut dyn FnMut(&str, &Value) -> Value) {
        self.zip();
        let fetch = &self.plan.fetches[index];
        let mut sent: Vec<(String, Value)> = Vec::new();
        let mut asked: Vec<Vec<(Object, Result<usize, Linked>)>> = Vec::new();
        for part in &fetch.entities {
            let (mut list, mut found) = (Vec::new(), Vec::new());
            for base in self.objects(self.plan.overlays[part.base].fetch, self.plan.overlays[part.base].shape) {
                let told = self.representation(part, &base).map(|representation| {
                    list.push(representation);
                    list.len() - 1
                });
                found.push((base, told));
            }
            sent.push((part.variable.clone(), Value::List(list)));
            asked.push(found);
        }
        let nothing = sent.iter().all(|(_, list)| list.items().is_empty());
        if !nothing || fetch.entities.is_empty() {
            let own = fetch.variables.iter().map(|own| (own.name.to_string(), variables.get(&own.name).cloned()));
            sent.extend(own.filter_map(|(name, value)| Some((name, value?))));
            let query = Value::String(fetch.operation.clone());
            let body = Value::Object(vec![("query".into(), query), ("variables".into(), Value::Object(sent))]);
            let keys: Vec<&str> = fetch.entities.iter().map(|part| &*fetch.shapes[0].slots[part.slot].key).collect();
            self.answers[index] = Some(Told::read(&ask(&fetch.name, &body), &keys));
        }
        for (part, found) in fetch.entities.iter().zip(asked) {
            let count = found.iter().filter(|(_, told)| told.is_ok()).count();
            for (base, told) in found {
                let link = match told {
                    Ok(at) => self.entity(index, &fetch.shapes[0].slots[part.slot].key, (at, count)),
                    Err(why) => why,
                };
                self.links.insert((part.overlay, base.label()), (base, link));
            }
        }
    }

    /// What an object is represented by, or why it is not.
    fn representation(&self, part: &Entities, base: &Object) -> Result<Value, Linked> {
        let ty = part.ty.or_else(|| self.type_of(part.typed_by, base));
        let known = part.representations.iter().find(|(known, _, _)| Some(*known) == ty);
        let (_, name, projection) = known.ok_or(Linked::Missing)?;
        let mut response = Response::new(self);
        let mut fields = vec![("__typename".to_owned(), Value::parse(name.as_bytes()).expect("a name in quotes"))];
        match response.fields(*projection, base) {
            Ok(more) => {
                fields.extend(more);
                Ok(Value::Object(fields))
            }
            Err(_) => Err(if response.reported { Linked::Failed } else { Linked::Missing }),
        }
    }

    /// The entity that was found for one of `count` representations: none, if the answer has another number of them.
    fn entity(&self, fetch: usize, key: &str, (at, count): (usize, usize)) -> Linked {
        let Some(told) = &self.answers[fetch] else { return Linked::Missing };
        let path = vec![Value::String(key.to_owned()), Value::index(at)];
        let is_list = matches!(told.at(&path[..1]), Some(Value::List(items)) if items.len() == count);
        match told.at(&path) {
            Some(Value::Object(_)) if is_list => Linked::To(Object { fetch, path }),
            Some(Value::Null) if is_list && !told.failed && !told.explains(&path) => Linked::Missing,
            _ => Linked::Failed,
        }
    }

    /// All objects of a fetch's shape.
    fn objects(&self, fetch: usize, shape: usize) -> Vec<Object> {
        let mut found = Vec::new();
        if let Some(told) = &self.answers[fetch] {
            self.objects_in(fetch, (0, shape), told.at(&[]), &mut Vec::new(), &mut found);
        }
        found
    }

    fn objects_in(
        &self,
        fetch: usize,
        (shape, wanted): (usize, usize),
        value: Option<&Value>,
        path: &mut Path,
        found: &mut Vec<Object>,
    ) {
        match value {
            Some(Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Value::index(index));
                    self.objects_in(fetch, (shape, wanted), Some(item), path, found);
                    path.pop();
                }
            }
            Some(Value::Object(_)) if shape == wanted => found.push(Object { fetch, path: path.clone() }),
            Some(object @ Value::Object(_)) => {
                for slot in &self.plan.fetches[fetch].shapes[shape].slots {
                    let SlotKind::Object(below) = slot.kind else { continue };
                    path.push(Value::String(slot.key.to_string()));
                    self.objects_in(fetch, (below, wanted), object.get(&slot.key), path, found);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Where an overlay knows an object, by the object's base.
    fn find(&self, overlay: usize, base: &Object) -> Linked {
        let known = &self.plan.overlays[overlay];
        let answer = self.answers[known.fetch].as_ref();
        match known.link {
            LinkKind::Base => Linked::To(base.clone()),
            LinkKind::Root => match answer {
                Some(told) if told.failed => Linked::Failed,
                Some(_) => Linked::To(Object { fetch: known.fetch, path: Vec::new() }),
                None => Linked::Missing,
            },
            LinkKind::Entities | LinkKind::Zip { .. } => match self.links.get(&(overlay, base.label())) {
                Some((_, link)) => link.clone(),
                None if answer.is_some_and(|told| told.failed) => Linked::Failed,
                None => Linked::Missing,
            },
        }
    }

    /// The type of an object, as an overlay tells it.
    fn type_of(&self, overlay: usize, base: &Object) -> Option<TypeId> {
        let Linked::To(object) = self.find(overlay, base) else { return None };
        let known = &self.plan.overlays[overlay];
        let shape = &self.plan.fetches[known.fetch].shapes[known.shape];
        let slot = shape.slots.iter().find(|slot| slot.kind == SlotKind::Typename)?;
        let name = self.value(&object, &slot.key)?.text()?;
        shape.types.iter().find(|(known, _)| known.as_str() == name).map(|(_, ty)| *ty)
    }

    fn value(&self, object: &Object, key: &str) -> Option<&Value> {
        self.answers[object.fetch].as_ref()?.at(&object.path)?.get(key)
    }

    /// Lays values without keys over each other: what stands at the same position is the same.
    fn zip(&mut self) {
        for (overlay, known) in self.plan.overlays.iter().enumerate() {
            let LinkKind::Zip { parent, slot, other, other_slot, .. } = known.link else { continue };
            for above in self.bases(parent) {
                let Linked::To(one) = self.find(parent, &above) else { continue };
                let (one, one_value) = self.slot(parent, &one, slot);
                match self.find(other, &above) {
                    Linked::To(two) => {
                        let (two, two_value) = self.slot(other, &two, other_slot);
                        self.match_values(overlay, (one, one_value), (two, two_value));
                    }
                    why => self.unmatched(overlay, one, one_value.as_ref(), &why),
                }
            }
        }
    }

    /// A place in an answer, and what stands there.
    fn slot(&self, overlay: usize, object: &Object, slot: usize) -> (Object, Option<Value>) {
        let known = &self.plan.overlays[overlay];
        let key = &self.plan.fetches[known.fetch].shapes[known.shape].slots[slot].key;
        let value = self.value(object, key).cloned();
        let mut path = object.path.clone();
        path.push(Value::String(key.to_string()));
        (Object { fetch: object.fetch, path }, value)
    }

    fn match_values(&mut self, overlay: usize, (one, value): (Object, Option<Value>), two: (Object, Option<Value>)) {
        match (value, two.1) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => self.link(overlay, one, Linked::To(two.0)),
            (Some(Value::List(items)), Some(Value::List(others))) if items.len() == others.len() => {
                for (index, (item, other)) in items.into_iter().zip(others).enumerate() {
                    let [mut one, mut two] = [one.clone(), two.0.clone()];
                    one.path.push(Value::index(index));
                    two.path.push(Value::index(index));
                    self.match_values(overlay, (one, Some(item)), (two, Some(other)));
                }
            }
            // They do not show the same.
            (Some(value @ Value::List(_)), Some(Value::List(_))) => {
                self.unmatched(overlay, one, Some(&value), &Linked::Failed);
            }
            (value, _) => {
                let told = self.answers[two.0.fetch].as_ref();
                let why =
                    if told.is_some_and(|told| told.explains(&two.0.path)) { Linked::Failed } else { Linked::Missing };
                self.unmatched(overlay, one, value.as_ref(), &why);
            }
        }
    }

    /// Notes that an overlay knows nothing of all objects in a value.
    fn unmatched(&mut self, overlay: usize, at: Object, value: Option<&Value>, why: &Linked) {
        match value {
            Some(Value::Object(_)) => self.link(overlay, at, why.clone()),
            Some(Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let mut at = at.clone();
                    at.path.push(Value::index(index));
                    self.unmatched(overlay, at, Some(item), why);
                }
            }
            _ => {}
        }
    }

    fn link(&mut self, overlay: usize, base: Object, link: Linked) {
        self.links.insert((overlay, base.label()), (base, link));
    }

    /// The base objects at the place of an overlay.
    fn bases(&self, overlay: usize) -> Vec<Object> {
        let known = &self.plan.overlays[overlay];
        match known.link {
            LinkKind::Root => vec![Object::root()],
            LinkKind::Base => self.objects(known.fetch, known.shape),
            LinkKind::Entities | LinkKind::Zip { .. } => {
                let own = self.links.range((overlay, String::new())..(overlay + 1, String::new()));
                own.map(|(_, (base, _))| base.clone()).collect()
            }
        }
    }
}
