//! A subgraph that answers from the world's data: only what its SDL owns, and only what it was rightly asked.
//!
//! Whatever it may not answer is a fault of the router's, noted in the world and answered with null.

use std::sync::{Arc, Mutex};

use apollo_compiler::{ExecutableDocument, response::JsonMap};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use schema::{Transport, TransportError, transport};

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
    /// The mutations that ran, in order.
    pub mutations: Mutex<Vec<String>>,
    /// Decides over delays and looks.
    pub seed: u64,
}

/// One subgraph of a world.
#[derive(Clone)]
pub struct Subgraph {
    pub name: String,
    pub world: Arc<World>,
}

impl Transport for Subgraph {
    fn send(&self, request: transport::Request) -> BoxFuture<'static, Result<transport::Response, TransportError>> {
        let this = self.clone();
        Box::pin(async move {
            let body = request.into_body();
            let mut random = Random::new(hash(this.world.seed, &String::from_utf8_lossy(&body)));
            for _ in 0..random.below(8) {
                tokio::task::yield_now().await;
            }
            let answer = this.answer(&body);
            for _ in 0..random.below(8) {
                tokio::task::yield_now().await;
            }
            let mut out = String::new();
            answer.disguised(&mut random, &mut out);
            Ok(http::Response::new(Bytes::from(out)))
        })
    }
}

impl Subgraph {
    fn fault(&self, what: impl std::fmt::Display) {
        self.world.faults.lock().unwrap().push(format!("{}: {what}", self.name));
    }

    fn answer(&self, body: &Bytes) -> Value {
        match self.read(body) {
            Ok(operation) => {
                let server = Server { subgraph: self, known: self.known(), store: &self.world.store, operation };
                Value::Object(vec![("data".into(), server.root())])
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
    fn read(&self, body: &Bytes) -> Result<Operation, String> {
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
    operation: Operation,
}

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

impl Server<'_> {
    fn root(&self) -> Value {
        let instance = Store::root(self.operation.mutation);
        let seen = Seen { ty: instance.ty.clone(), instance, told: None, provided: Vec::new() };
        self.object(&seen, &[&self.operation.selections])
    }

    fn object(&self, seen: &Seen<'_>, selections: &[&[Selection]]) -> Value {
        let applies = |on: &str| self.known.applies(&seen.ty, on);
        let fields = self.operation.collect(selections, &applies);
        Value::Object(fields.into_iter().map(|(key, fields)| (key.to_owned(), self.field(seen, &fields))).collect())
    }

    fn field(&self, seen: &Seen<'_>, selected: &[&Field]) -> Value {
        let first = selected[0];
        let below: Vec<&[Selection]> = selected.iter().map(|field| field.below.as_slice()).collect();
        match &*first.name {
            "__typename" => return Value::String(seen.ty.clone()),
            "_entities" => return self.entities(&first.arguments, &below),
            _ => {}
        }
        let place = format!("{}.{}", seen.ty, first.name);
        let Some(fact) = self.known.facts.get(&(seen.ty.clone(), first.name.clone())) else {
            return self.poison(format!("{place} is not known"));
        };
        let opened = self.opened(&seen.provided, &seen.ty, &first.name);
        if fact.overridden || (fact.external && opened.is_empty()) {
            return self.poison(format!("{place} is not resolved here"));
        }
        if seen.ty == "Mutation" {
            self.subgraph.world.mutations.lock().unwrap().push(first.name.clone());
        }
        let stored = if fact.requires.is_empty() {
            self.store.field(&seen.instance, &first.name, &first.arguments)
        } else {
            let told = seen.told.ok_or_else(|| "no representation".to_owned());
            let required = told.and_then(|told| {
                representation::restrict(self.store, self.known, &seen.ty, &[&fact.requires], told, false)
            });
            match required {
                Ok(required) => {
                    self.store.computed(&seen.instance.ty, &first.name, &first.arguments, &required.sorted())
                }
                Err(error) => return self.poison(format!("{place} is not told what it requires: {error}")),
            }
        };
        let mut provided = opened;
        provided.push(&fact.provides);
        self.complete(stored, &provided, &below)
    }

    fn poison(&self, what: impl std::fmt::Display) -> Value {
        self.subgraph.fault(what);
        Value::Null
    }

    fn complete(&self, stored: Stored, provided: &[&[Selection]], below: &[&[Selection]]) -> Value {
        match stored {
            Stored::Null => Value::Null,
            Stored::Leaf(value) => self.leaf(value),
            Stored::List(items) => {
                Value::List(items.into_iter().map(|item| self.complete(item, provided, below)).collect())
            }
            Stored::Object(instance) => match self.store.model.name_in(&instance.ty, self.known) {
                Some(ty) => self.object(&Seen { instance, ty, told: None, provided: provided.to_vec() }, below),
                None => self.poison(format!("{} is not known", instance.ty)),
            },
        }
    }

    /// Some servers write an `ID` that looks like a number as one.
    fn leaf(&self, value: Value) -> Value {
        let number = value.text().filter(|text| hash(self.subgraph.world.seed, text) % 2 == 0);
        match number.filter(|text| !text.starts_with('0')).and_then(|text| text.parse::<u32>().ok()) {
            Some(number) => Value::Number(number.into()),
            None => value,
        }
    }

    /// What the sets that are provided say below a field. Empty, if none names it.
    fn opened<'s>(&self, provided: &[&'s [Selection]], ty: &str, name: &str) -> Vec<&'s [Selection]> {
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

    fn entities(&self, arguments: &[Argument], below: &[&[Selection]]) -> Value {
        let given = arguments.iter().find(|argument| argument.name == "representations");
        let all = given.and_then(|argument| argument.value.as_ref()).map_or(&[][..], Value::items);
        for (index, told) in all.iter().enumerate() {
            if all[..index].contains(told) {
                self.subgraph.fault(format!("{told} is sent twice"));
            }
        }
        let answer = |told: &Value| match self.entity(told, below) {
            Ok(value) => value,
            Err(error) => self.poison(format!("{told}: {error}")),
        };
        Value::List(all.iter().map(answer).collect())
    }

    fn entity(&self, told: &Value, below: &[&[Selection]]) -> Result<Value, String> {
        let ty = told.get("__typename").and_then(Value::text).ok_or("no __typename")?;
        let keys = self.known.keys.get(ty).map_or(&[][..], Vec::as_slice);
        let mut why = format!("{ty} has no key here");
        for key in keys.iter().filter(|key| key.resolvable) {
            let value = representation::restrict(self.store, self.known, ty, &[&key.fields], told, false);
            let found = value.and_then(|value| {
                let found = self.store.find(ty, self.known, &key.fields, &value.sorted());
                found.ok_or_else(|| "no such entity".to_owned())
            });
            let result = found.and_then(|instance| {
                let ty = self.store.model.name_in(&instance.ty, self.known).ok_or("an unknown type")?;
                let mut sets: Vec<&[Selection]> = vec![&key.fields];
                for (_, fields) in self.operation.collect(below, &|on| self.known.applies(&ty, on)) {
                    let fact = self.known.facts.get(&(ty.clone(), fields[0].name.clone()));
                    sets.extend(fact.map(|fact| fact.requires.as_slice()));
                }
                representation::restrict(self.store, self.known, &ty, &sets, told, true)?;
                Ok(self.object(&Seen { instance, ty, told: Some(told), provided: Vec::new() }, below))
            });
            match result {
                Ok(value) => return Ok(value),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}
