//! A subgraph that answers from the world's data: only what its SDL owns, and only what it was rightly asked.
//!
//! Whatever it may not answer is a fault of the router's, noted in the world and answered with null.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use apollo_compiler::{ExecutableDocument, ast::Type, response::JsonMap};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use schema::{TransportError, transport};

use crate::{
    ast::{Argument, Field, Operation, Selection},
    model::Known,
    random::{Random, hash},
    read, representation,
    store::{Instance, Store, Stored},
    value::Value,
};

/// The data, and what happened while an operation ran.
pub struct World {
    pub store: Store,
    /// What the router did wrong.
    pub faults: Mutex<Vec<String>>,
    /// What was asked and answered.
    pub said: Mutex<Vec<String>>,
    /// The mutations that ran, with their arguments, in order: the state that all subgraphs share.
    pub mutations: Mutex<Vec<String>>,
    /// Whether an entity may be sent twice in one list.
    repeats: AtomicBool,
    /// Decides over delays and looks.
    pub seed: u64,
    /// Whether representations may say more than is needed.
    pub lenient: AtomicBool,
    /// What the router may ask for although the viewer may not see it.
    keys: HashSet<(String, String)>,
}

impl World {
    /// Nothing has happened yet.
    pub fn new(store: Store, seed: u64) -> Self {
        let (faults, said, mutations) = (Mutex::default(), Mutex::default(), Mutex::default());
        let (repeats, lenient, keys) = (AtomicBool::default(), AtomicBool::default(), store.model.key_fields());
        Self { store, faults, said, mutations, repeats, seed, lenient, keys }
    }

    /// Begins anew; `repeats` if an entity may be sent twice in one list.
    pub fn forget(&self, repeats: bool) {
        for known in [&self.faults, &self.said, &self.mutations] {
            known.lock().unwrap().clear();
        }
        self.repeats.store(repeats, Ordering::Relaxed);
    }
}

/// One subgraph of a world.
#[derive(Clone)]
pub struct Subgraph {
    pub name: String,
    pub world: Arc<World>,
}

impl Subgraph {
    /// Answers a request's body, after a while and in a look of its own.
    pub fn receive(self, body: Bytes) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        Box::pin(async move {
            let mut random = Random::new(hash(self.world.seed, &String::from_utf8_lossy(&body)));
            for _ in 0..random.below(8) {
                tokio::task::yield_now().await;
            }
            let answer = self.answer(&body);
            let said = format!("{} was asked {}\n   and said {answer}", self.name, String::from_utf8_lossy(&body));
            self.world.said.lock().unwrap().push(said);
            for _ in 0..random.below(8) {
                tokio::task::yield_now().await;
            }
            let mut out = String::new();
            answer.disguised(&mut random, &mut out);
            Ok(http::Response::new(out.into()))
        })
    }

    fn fault(&self, what: impl std::fmt::Display) {
        self.world.faults.lock().unwrap().push(format!("{}: {what}", self.name));
    }

    /// The answer to a request's body.
    pub fn answer(&self, body: &[u8]) -> Value {
        match self.read(body) {
            Ok(operation) => {
                let manners = match hash(self.world.seed, &self.name) % 3 {
                    0 => Manners::Propagates,
                    1 => Manners::Nulls,
                    _ => Manners::LeavesOut,
                };
                let (known, store) = (self.known(), &self.world.store);
                let mut server = Server {
                    subgraph: self,
                    known,
                    store,
                    operation: &operation,
                    manners,
                    path: Vec::new(),
                    under_entities: false,
                    errors: Vec::new(),
                };
                let data = server.root();
                let mut answer = vec![("data".into(), data)];
                if !server.errors.is_empty() {
                    answer.push(("errors".into(), Value::List(server.errors)));
                }
                Value::Object(answer)
            }
            Err(error) => {
                self.fault(format!("{error}\n{}", String::from_utf8_lossy(body)));
                Value::Object(vec![("data".into(), Value::Null)])
            }
        }
    }

    fn known(&self) -> &Known {
        &self.world.store.model.subgraphs[&self.name]
    }

    /// Validates a request against the subgraph's own schema, then reads it.
    fn read(&self, body: &[u8]) -> Result<Operation, String> {
        let schema = &self.known().schema;
        let request: Value = Value::parse(body)?;
        let query = request.get("query").and_then(Value::text).ok_or("no query")?;
        let variables = request.get("variables").cloned().unwrap_or(Value::Object(Vec::new()));
        let document = ExecutableDocument::parse_and_validate(schema, query, "fetch.graphql")
            .map_err(|error| error.errors.to_string())?;
        let operation = document.operations.get(None).map_err(|_| "not one operation")?;
        let given: JsonMap = serde_json::from_str(&variables.to_string()).map_err(|error| error.to_string())?;
        apollo_compiler::request::coerce_variable_values(schema, operation, &given)
            .map_err(|error| error.message().to_string())?;
        if let Some(name) =
            given.keys().find(|name| operation.variables.iter().all(|known| known.name != name.as_str()))
        {
            return Err(format!("${name:?} is not declared"));
        }
        read::document(query, &variables)
    }
}

/// One request to a subgraph.
struct Server<'w> {
    subgraph: &'w Subgraph,
    known: &'w Known,
    store: &'w Store,
    operation: &'w Operation,
    manners: Manners,
    path: Vec<Value>,
    under_entities: bool,
    errors: Vec<Value>,
}

/// What a server does where a field fails.
#[derive(Clone, Copy, PartialEq)]
enum Manners {
    /// What GraphQL says: null, or the next value above that may be null.
    Propagates,
    /// Null, allowed or not.
    Nulls,
    /// Neither null nor key; and entities are counted in the extensions.
    LeavesOut,
}

/// A null that the value above must take on.
struct Nulled;

/// An object on the way, and what the subgraph knows of it beyond its SDL.
struct Seen<'s> {
    instance: Instance,
    /// The name of its type here.
    ty: String,
    /// The representation that it was found by.
    told: Option<&'s Value>,
    /// What `@provides` opens here.
    provided: Vec<&'s [Selection]>,
}

impl<'w> Server<'w> {
    fn root(&mut self) -> Value {
        let instance = Store::root(self.operation.mutation);
        let seen = Seen { ty: instance.ty.clone(), instance, told: None, provided: Vec::new() };
        let selections = self.operation.selections.as_slice();
        self.object(&seen, &[selections]).unwrap_or(Value::Null)
    }

    fn object(&mut self, seen: &Seen<'w>, selections: &[&'w [Selection]]) -> Result<Value, Nulled> {
        let (known, operation) = (self.known, self.operation);
        let applies = |on: &str| known.applies(&seen.ty, on);
        let mut object = Vec::new();
        for (key, fields) in operation.collect(selections, &applies) {
            self.path.push(Value::String(key.to_owned()));
            let value = self.field(seen, &fields);
            self.path.pop();
            match (value, self.manners) {
                (Ok(value), _) => object.push((key.to_owned(), value)),
                (Err(Nulled), Manners::Propagates) => return Err(Nulled),
                (Err(Nulled), Manners::Nulls) => object.push((key.to_owned(), Value::Null)),
                (Err(Nulled), Manners::LeavesOut) => {}
            }
        }
        Ok(Value::Object(object))
    }

    fn field(&mut self, seen: &Seen<'w>, selected: &[&'w Field]) -> Result<Value, Nulled> {
        let first = selected[0];
        let below: Vec<&[Selection]> = selected.iter().map(|field| field.below.as_slice()).collect();
        match &*first.name {
            "__typename" => return Ok(Value::String(self.known.written(&seen.ty).to_owned())),
            "_entities" => return Ok(self.entities(&first.arguments, &below)),
            _ => {}
        }
        let place = format!("{}.{}", seen.ty, first.name);
        let Some(fact) = self.known.facts.get(&(seen.ty.clone(), first.name.clone())) else {
            return Ok(self.poison(format!("{place} is not known")));
        };
        let opened = self.opened(&seen.provided, &seen.ty, &first.name);
        if fact.overridden || (fact.external && opened.is_empty()) {
            return Ok(self.poison(format!("{place} is not resolved here")));
        }
        // What a field requires is hidden from nobody who may see the field.
        let hidden = self.store.hidden.code(&seen.instance.ty, &first.name).is_some();
        if hidden && !self.subgraph.world.keys.contains(&(seen.instance.ty.clone(), first.name.clone())) {
            return Ok(self.poison(format!("{place} is asked of a {}, but hidden", seen.instance.ty)));
        }
        let stored = match self.stored(seen, first, &fact.requires) {
            Ok(stored) => stored,
            Err(error) => return Ok(self.poison(format!("{place} is not told what it requires: {error}"))),
        };
        let mut provided = opened;
        provided.push(&fact.provides);
        self.complete(&fact.definition.ty, stored, &provided, &below)
    }

    fn stored(&self, seen: &Seen<'_>, field: &Field, requires: &[Selection]) -> Result<Stored, String> {
        let (of, store) = (&seen.instance, self.store);
        if let Some(said) = store.learned.said(&self.subgraph.name, of, &field.name) {
            return Ok(said);
        }
        if seen.ty == "Mutation" {
            let mut before = self.subgraph.world.mutations.lock().unwrap();
            let stored = store.effect(&before, &field.name, &field.arguments);
            before.push(store.effect_of(&field.name, &field.arguments));
            return Ok(stored);
        }
        if requires.is_empty() {
            return Ok(store.field(of, &field.name, &field.arguments));
        }
        let values = self.required(seen, requires)?;
        let told = store.told(of, &field.name, &field.arguments);
        Ok(told.unwrap_or_else(|| store.computed(&of.ty, &field.name, &field.arguments, &values)))
    }

    fn required(&self, seen: &Seen<'_>, requires: &[Selection]) -> Result<Value, String> {
        let told = seen.told.ok_or("no representation")?;
        representation::restrict(self.store, self.known, &seen.ty, &[requires], told, false).map(Value::sorted)
    }

    fn poison(&self, what: impl std::fmt::Display) -> Value {
        self.subgraph.fault(what);
        Value::Null
    }

    fn complete(
        &mut self,
        ty: &Type,
        stored: Stored,
        provided: &[&'w [Selection]],
        below: &[&'w [Selection]],
    ) -> Result<Value, Nulled> {
        let value = match stored {
            Stored::Null => return Ok(Value::Null),
            Stored::Failed => {
                self.fail();
                Err(Nulled)
            }
            Stored::Leaf(value) => Ok(self.leaf(ty, value)),
            Stored::List(items) => self.list(ty.item_type(), items, provided, below),
            Stored::Object(instance) => match self.store.model.name_in(&instance.ty, self.known) {
                Some(ty) => self.object(&Seen { instance, ty, told: None, provided: provided.to_vec() }, below),
                None => Ok(self.poison(format!("{} is not known", instance.ty))),
            },
        };
        let up = ty.is_non_null() || self.manners == Manners::LeavesOut;
        if up { value } else { Ok(value.unwrap_or(Value::Null)) }
    }

    fn list(
        &mut self,
        ty: &Type,
        items: Vec<Stored>,
        provided: &[&'w [Selection]],
        below: &[&'w [Selection]],
    ) -> Result<Value, Nulled> {
        let mut values = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            self.path.push(Value::index(index));
            let value = self.complete(ty, item, provided, below);
            self.path.pop();
            values.push(value?);
        }
        Ok(Value::List(values))
    }

    /// Tells that the field at the path failed.
    fn fail(&mut self) {
        let mut path = self.path.clone();
        let mut extensions = vec![("code".to_owned(), Value::String("SEEDED".into()))];
        if self.manners == Manners::LeavesOut && matches!(path.get(1), Some(Value::Number(_))) && self.under_entities {
            extensions.push(("representation".to_owned(), path.remove(1)));
        }
        self.errors.push(Value::Object(vec![
            ("message".into(), Value::String("it failed".into())),
            ("path".into(), Value::List(path)),
            ("extensions".into(), Value::Object(extensions)),
        ]));
    }

    /// Some servers write an `ID` that looks like a number as one.
    fn leaf(&self, ty: &Type, value: Value) -> Value {
        if ty.inner_named_type() != "ID" {
            return value;
        }
        let number = value.text().filter(|text| hash(self.subgraph.world.seed, text).is_multiple_of(2));
        match number.filter(|text| !text.starts_with('0')).and_then(|text| text.parse::<u32>().ok()) {
            Some(number) => Value::Number(number.into()),
            None => value,
        }
    }

    /// What the sets that are provided say below a field. Empty, if none names it.
    fn opened(&self, provided: &[&'w [Selection]], ty: &str, name: &str) -> Vec<&'w [Selection]> {
        let mut found = Vec::new();
        for set in provided {
            for selection in *set {
                match selection {
                    Selection::Field(field) if field.name == name => found.push(field.below.as_slice()),
                    Selection::Inline { on, below, .. }
                        if on.as_deref().is_none_or(|on| self.known.applies(ty, on)) =>
                    {
                        found.extend(self.opened(&[below], ty, name));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    fn entities(&mut self, arguments: &'w [Argument], below: &[&'w [Selection]]) -> Value {
        let given = arguments.iter().find(|argument| argument.name == "representations");
        let all = given.and_then(|argument| argument.value.as_ref()).map_or(&[][..], Value::items);
        self.under_entities = true;
        let mut entities = Vec::new();
        for (index, told) in all.iter().enumerate() {
            if !self.subgraph.world.repeats.load(Ordering::Relaxed) && all[..index].contains(told) {
                self.subgraph.fault(format!("{told} is sent twice"));
            }
            self.path.push(Value::index(index));
            entities.push(match self.entity(told, below) {
                Ok(value) => value.unwrap_or(Value::Null),
                Err(error) => self.poison(format!("{told}: {error}")),
            });
            self.path.pop();
        }
        self.under_entities = false;
        Value::List(entities)
    }

    fn entity(&mut self, told: &'w Value, below: &[&'w [Selection]]) -> Result<Result<Value, Nulled>, String> {
        let (known, operation, store) = (self.known, self.operation, self.store);
        let ty = told.get("__typename").and_then(Value::text).ok_or("no __typename")?;
        let keys = known.keys.get(ty).map_or(&[][..], Vec::as_slice);
        let mut why = format!("{ty} has no key here");
        for key in keys.iter().filter(|key| key.resolvable) {
            let found = representation::restrict(store, known, ty, &[&key.fields], told, false).and_then(|value| {
                if value.holds_null() {
                    return Ok(None);
                }
                let instance = store.find(ty, known, &key.fields, &value.sorted()).ok_or("no such entity")?;
                let ty = store.model.name_in(&instance.ty, known).ok_or("an unknown type")?;
                let mut sets: Vec<&[Selection]> = vec![&key.fields];
                for (_, fields) in operation.collect(below, &|on| known.applies(&ty, on)) {
                    let fact = known.facts.get(&(ty.clone(), fields[0].name.clone()));
                    sets.extend(fact.map(|fact| fact.requires.as_slice()));
                }
                let strict = !self.subgraph.world.lenient.load(Ordering::Relaxed);
                representation::restrict(store, known, &ty, &sets, told, strict)?;
                Ok(Some(Seen { instance, ty, told: Some(told), provided: Vec::new() }))
            });
            match found {
                // Nobody has a key with nulls.
                Ok(None) => return Ok(Ok(Value::Null)),
                Ok(Some(seen)) if store.is_lost(&self.subgraph.name, &seen.instance) => return Ok(Ok(Value::Null)),
                Ok(Some(seen)) => return Ok(self.object(&seen, below)),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}
