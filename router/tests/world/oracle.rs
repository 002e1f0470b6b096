//! The right answer: the client's operation executed on the data itself, by GraphQL's rules to the letter.

use apollo_compiler::ast::Type;

use crate::{
    ast::{Field, Operation, Selection},
    naive::{Answer, Failure, Path, SEEDED},
    store::{Instance, Store, Stored},
    value::Value,
};

/// What the router should answer to an operation.
pub fn answer(store: &Store, operation: &Operation) -> Answer {
    let mut oracle =
        Oracle { store, operation, path: Vec::new(), homes: Vec::new(), ran: Vec::new(), errors: Vec::new() };
    let root = Store::root(operation.mutation);
    let data = oracle.object(&root, &[&operation.selections]).unwrap_or(Value::Null);
    let close = |(path, code, nulls): Open| Failure { path, code, nulls: nulls.unwrap_or(0) };
    Answer { data, errors: oracle.errors.into_iter().map(close).collect() }
}

/// The root fields of a mutation that the viewer may run, with their arguments, in the order in which they do.
pub fn serial(store: &Store, operation: &Operation) -> Vec<String> {
    if !operation.mutation {
        return Vec::new();
    }
    let fields = operation.collect(&[&operation.selections], &|on| on == "Mutation");
    let effects = fields.into_iter().map(|(_, fields)| fields[0]).filter(|field| field.name != "__typename");
    let shown = effects.filter(|field| store.hidden.code("Mutation", &field.name).is_none());
    shown.map(|field| store.effect_of(&field.name, &field.arguments)).collect()
}

struct Oracle<'a> {
    store: &'a Store,
    operation: &'a Operation,
    path: Path,
    /// For each field on the path the subgraph that resolves it, if there is only one.
    homes: Vec<Option<String>>,
    /// The mutations so far.
    ran: Vec<String>,
    /// With how many steps of each lead to the null that it causes, once that is known.
    errors: Vec<Open>,
}

/// A failure of which it is not known yet how far its null goes.
type Open = (Path, &'static str, Option<usize>);

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
            fields.push(value.map(|value| (key.to_owned(), value)));
        }
        Ok(Value::Object(fields.into_iter().collect::<Result<_, Nulled>>()?))
    }

    fn field(&mut self, of: &Instance, selected: &[&Field]) -> Result<Value, Nulled> {
        let first = selected[0];
        if first.name == "__typename" {
            return Ok(Value::String(of.ty.clone()));
        }
        let definition = self.store.model.api.type_field(&of.ty, &first.name);
        let definition = definition.unwrap_or_else(|_| panic!("{}.{} is no field", of.ty, first.name));
        if let Some(code) = self.store.hidden.code(&of.ty, &first.name) {
            let before = self.errors.len();
            self.errors.push((self.path.clone(), code, None));
            return self.close(&definition.ty, Err(Nulled), before);
        }
        let below: Vec<&[Selection]> = selected.iter().map(|field| field.below.as_slice()).collect();
        let home = self.homes.last().and_then(|home| home.as_deref());
        let stored = if self.store.is_out_of_reach(of, &first.name, home) {
            Stored::Null
        } else if of.ty == "Mutation" {
            let stored = self.store.effect(&self.ran, &first.name, &first.arguments);
            self.ran.push(self.store.effect_of(&first.name, &first.arguments));
            stored
        } else {
            self.store.field(of, &first.name, &first.arguments)
        };
        self.homes.push(self.store.model.only_in(&of.ty, &first.name));
        let value = self.complete(&definition.ty, &stored, &below);
        self.homes.pop();
        value
    }

    fn complete(&mut self, ty: &Type, stored: &Stored, below: &[&[Selection]]) -> Result<Value, Nulled> {
        let before = self.errors.len();
        let value = match stored {
            Stored::Null if !ty.is_non_null() => Ok(Value::Null),
            Stored::Null | Stored::Failed => {
                self.errors.push((self.path.clone(), SEEDED, None));
                Err(Nulled)
            }
            Stored::Leaf(value) => Ok(value.clone()),
            Stored::Object(instance) => self.object(instance, below),
            Stored::List(items) => self.list(ty.item_type(), items, below),
        };
        self.close(ty, value, before)
    }

    /// Null for what is not there, where that is allowed: the errors since `before` go no further.
    fn close(&mut self, ty: &Type, value: Result<Value, Nulled>, before: usize) -> Result<Value, Nulled> {
        if ty.is_non_null() || value.is_ok() {
            return value;
        }
        for (_, _, nulls) in &mut self.errors[before..] {
            nulls.get_or_insert(self.path.len());
        }
        Ok(Value::Null)
    }

    fn list(&mut self, ty: &Type, items: &[Stored], below: &[&[Selection]]) -> Result<Value, Nulled> {
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Value::index(index));
            let value = self.complete(ty, item, below);
            self.path.pop();
            values.push(value);
        }
        Ok(Value::List(values.into_iter().collect::<Result<_, Nulled>>()?))
    }
}
