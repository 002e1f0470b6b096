//! The right answer: the client's operation executed on the data itself, by GraphQL's rules to the letter.

use std::fmt;

use apollo_compiler::ast::Type;

use crate::{
    ast::{Field, Operation, Selection},
    store::{Instance, Store, Stored},
    value::Value,
};

/// A step of a path is a key or an index.
pub type Path = Vec<Value>;

/// An answer.
pub struct Answer {
    pub data: Value,
    /// The paths of the errors.
    pub errors: Vec<Path>,
}

impl Answer {
    /// Where nulls stand because of errors. An error may say more exactly where it happened, or less, and of several
    /// that null the same value one is enough.
    pub fn nulled(&self) -> Vec<Path> {
        let place = |path: &Path| {
            let (mut at, mut length) = (&self.data, 0);
            while let Some(next) = path.get(length).and_then(|step| at.step(step)) {
                (at, length) = (next, length + 1);
            }
            path[..length].to_vec()
        };
        self.errors.iter().map(place).collect()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {}", self.data, Value::List(self.errors.iter().cloned().map(Value::List).collect()))
    }
}

/// What the router should answer to an operation.
pub fn answer(store: &Store, operation: &Operation) -> Answer {
    let mut oracle = Oracle { store, operation, path: Vec::new(), errors: Vec::new() };
    let root = Store::root(operation.mutation);
    let data = oracle.object(&root, &[&operation.selections]).unwrap_or(Value::Null);
    Answer { data, errors: oracle.errors }
}

/// The root fields of a mutation, in the order in which they run.
pub fn serial(operation: &Operation) -> Vec<String> {
    if !operation.mutation {
        return Vec::new();
    }
    let fields = operation.collect(&[&operation.selections], &|on| on == "Mutation");
    let names = fields.into_iter().map(|(_, fields)| fields[0].name.clone());
    names.filter(|name| name != "__typename").collect()
}

struct Oracle<'a> {
    store: &'a Store,
    operation: &'a Operation,
    path: Path,
    errors: Vec<Path>,
}

/// A null that its parent must take on.
struct Nulled;

impl Oracle<'_> {
    fn object(&mut self, of: &Instance, selections: &[&[Selection]]) -> Result<Value, Nulled> {
        let model = &self.store.model;
        let operation = self.operation;
        let applies = |on: &str| on == of.ty || model.api.is_subtype(on, &of.ty);
        let mut fields = Vec::new();
        for (key, selected) in operation.collect(selections, &applies) {
            self.path.push(Value::String(key.to_owned()));
            let value = self.field(of, &selected);
            self.path.pop();
            fields.push((key.to_owned(), value?));
        }
        Ok(Value::Object(fields))
    }

    fn field(&mut self, of: &Instance, selected: &[&Field]) -> Result<Value, Nulled> {
        let first = selected[0];
        if first.name == "__typename" {
            return Ok(Value::String(of.ty.clone()));
        }
        let definition = self.store.model.api.type_field(&of.ty, &first.name);
        let definition = definition.unwrap_or_else(|_| panic!("{}.{} is no field", of.ty, first.name));
        let below: Vec<&[Selection]> = selected.iter().map(|field| field.below.as_slice()).collect();
        let stored = self.store.field(of, &first.name, &first.arguments);
        self.complete(&definition.ty, &stored, &below)
    }

    fn complete(&mut self, ty: &Type, stored: &Stored, below: &[&[Selection]]) -> Result<Value, Nulled> {
        let value = match stored {
            Stored::Null => {
                if ty.is_non_null() {
                    self.errors.push(self.path.clone());
                }
                Err(Nulled)
            }
            Stored::Failed => {
                self.errors.push(self.path.clone());
                Err(Nulled)
            }
            Stored::Leaf(value) => Ok(value.clone()),
            Stored::Object(instance) => self.object(instance, below),
            Stored::List(items) => self.list(ty.item_type(), items, below),
        };
        if ty.is_non_null() { value } else { Ok(value.unwrap_or(Value::Null)) }
    }

    fn list(&mut self, ty: &Type, items: &[Stored], below: &[&[Selection]]) -> Result<Value, Nulled> {
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Value::index(index));
            let value = self.complete(ty, item, below);
            self.path.pop();
            values.push(value?);
        }
        Ok(Value::List(values))
    }
}
