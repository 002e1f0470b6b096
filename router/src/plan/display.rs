//! A plan as text, for people and for snapshots in tests; without the client's literals, for logs; and as JSON, for
//! tools.

use std::fmt;

use apollo_compiler::{
    Node,
    ast::{Argument, Definition, Document, Selection, Value},
    name,
};
use serde_json::{Value as Json, json};

use super::{Fetch, Plan};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, f, |fetch, f| f.write_str(&fetch.operation))
    }
}

/// A plan as text in which `_` stands for every literal of the client's document: there may be passwords among them.
#[derive(Clone, Copy, Debug)]
pub struct WithoutLiterals<'p>(&'p Plan);

impl fmt::Display for WithoutLiterals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, f, |fetch, f| match Document::parse(&*fetch.operation, "fetch.graphql") {
            Ok(document) => write!(f, "{}", masked(document).serialize().no_indent()),
            // What the router writes can be read; were it otherwise, nothing would be shown of it.
            Err(_) => f.write_str("_"),
        })
    }
}

fn write(
    plan: &Plan,
    f: &mut fmt::Formatter<'_>,
    operation: impl Fn(&Fetch, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (number, fetch) in plan.fetches.iter().enumerate() {
        write!(f, "{number}: {}", fetch.name)?;
        if !fetch.after.is_empty() {
            let after: Vec<_> = fetch.after.iter().map(usize::to_string).collect();
            write!(f, ", after {}", after.join(", "))?;
        }
        f.write_str("\n   ")?;
        operation(fetch, f)?;
        f.write_str("\n")?;
    }
    Ok(())
}

/// The document with `_` in the place of every value that is no variable.
fn masked(mut document: Document) -> Document {
    for definition in &mut document.definitions {
        let Definition::OperationDefinition(operation) = definition else { continue };
        let operation = operation.make_mut();
        for variable in &mut operation.variables {
            if let Some(default) = &mut variable.make_mut().default_value {
                mask(default);
            }
        }
        mask_selections(&mut operation.selection_set);
    }
    document
}

fn mask_selections(selections: &mut [Selection]) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                mask_arguments(&mut field.arguments);
                mask_selections(&mut field.selection_set);
            }
            Selection::InlineFragment(fragment) => mask_selections(&mut fragment.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn mask_arguments(arguments: &mut [Node<Argument>]) {
    for argument in arguments {
        mask(&mut argument.make_mut().value);
    }
}

fn mask(value: &mut Node<Value>) {
    if value.as_variable().is_none() {
        *value.make_mut() = Value::Enum(name!("_"));
    }
}

impl Plan {
    /// The plan as text that may be logged.
    pub fn without_literals(&self) -> WithoutLiterals<'_> {
        WithoutLiterals(self)
    }

    /// `{"fetches": [{"subgraph", "operation", "variables", "after"}]}`: whom a fetch asks and what, the client's
    /// variables that go along, and the fetches (by index) that must be answered first.
    pub fn to_json(&self) -> Json {
        let fetch = |fetch: &super::Fetch| {
            let variables: Vec<&str> = fetch.variables.iter().map(|variable| variable.name.as_str()).collect();
            json!({
                "subgraph": &*fetch.name,
                "operation": fetch.operation,
                "variables": variables,
                "after": fetch.after,
            })
        };
        json!({ "fetches": self.fetches.iter().map(fetch).collect::<Vec<_>>() })
    }
}
