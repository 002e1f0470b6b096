//! The right answer: the client's operation executed on the data itself, by GraphQL's rules to the letter.

use apollo_compiler::ast::Type;

use crate::{
    ast::{Field, Operation, Selection},
    store::{Instance, Store, Stored},
    value::Value,
};

/// A step of a path is a key or an index.
pub type Path = Vec<Value>;

/// An answer.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub data: Value,
    /// The paths of the errors, sorted by their text.
    pub errors: Vec<String>,
}

/// What the router should answer to an operation.
pub fn answer(store: &Store, operation: &Operation) -> Answer {
    let mut oracle = Oracle { store, operation, path: Vec::new(), errors: Vec::new() };
    let root = Store::root(operation.mutation);
    let data = oracle.object(&root, &[&operation.selections]).unwrap_or(Value::Null);
    let mut errors: Vec<String> = oracle.errors.into_iter().map(|path| Value::List(path).to_string()).collect();
    errors.sort_unstable();
    Answer { data, errors }
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
            Stored::Leaf(value) => Ok(value.clone()),
            Stored::Object(instance) => self.object(instance, below),
            Stored::List(items) => self.list(ty.item_type(), items, below),
        };
        if ty.is_non_null() { value } else { Ok(value.unwrap_or(Value::Null)) }
    }

    fn list(&mut self, ty: &Type, items: &[Stored], below: &[&[Selection]]) -> Result<Value, Nulled> {
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Value::Number(f64::from(u32::try_from(index).expect("short lists"))));
            let value = self.complete(ty, item, below);
            self.path.pop();
            values.push(value?);
        }
        Ok(Value::List(values))
    }
}
