//! Reads documents and field sets with a parser that is not the engine's.

use async_graphql::{
    Value as Constant,
    parser::{
        Positioned, parse_query,
        types::{self, Directive, OperationType, SelectionSet},
    },
};

use crate::{
    ast::{Argument, Condition, Field, Fragment, Operation, Selection, Variable},
    value::Value,
};

/// The values of variables, as they came with the request.
type Given<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// Reads a document with one operation, putting in the values of its variables.
pub fn document(text: &str, variables: &Value) -> Result<Operation, String> {
    let document = parse_query(text).map_err(|error| error.to_string())?;
    let mut operations = document.operations.iter();
    let (Some((_, operation)), None) = (operations.next(), operations.next()) else {
        return Err("not one operation".into());
    };
    let operation = &operation.node;
    let declared = &operation.variable_definitions;
    let given = |name: &str| {
        let known = declared.iter().find(|known| known.node.name.node == name)?;
        let default = known.node.default_value.as_ref();
        variables.get(name).cloned().or_else(|| default.map(|value| constant(&value.node)))
    };
    let mut fragments: Vec<Fragment> = Vec::new();
    for (name, fragment) in &document.fragments {
        fragments.push(Fragment {
            name: name.to_string(),
            on: fragment.node.type_condition.node.on.node.to_string(),
            below: selections(&fragment.node.selection_set.node, &given)?,
        });
    }
    let variable = |known: &Positioned<types::VariableDefinition>| Variable {
        name: known.node.name.node.to_string(),
        declared: String::new(),
        value: given(&known.node.name.node),
    };
    Ok(Operation {
        mutation: operation.ty == OperationType::Mutation,
        selections: selections(&operation.selection_set.node, &given)?,
        fragments,
        variables: declared.iter().map(variable).collect(),
        source: Some(text.to_owned()),
    })
}

/// Reads a value without variables.
pub fn literal(text: &str) -> Value {
    let read = field_set(&format!("field(argument: {text})"));
    match read.as_slice() {
        [Selection::Field(field)] => field.arguments[0].value.clone().expect("no variables"),
        _ => panic!("{text:?} is no value"),
    }
}

/// Reads the selection of a key, `@requires` or `@provides`.
pub fn field_set(text: &str) -> Vec<Selection> {
    let read = document(&format!("{{ {text} }}"), &Value::Null);
    read.unwrap_or_else(|error| panic!("{text:?} is not a selection: {error}")).selections
}

fn selections(set: &SelectionSet, given: Given<'_>) -> Result<Vec<Selection>, String> {
    set.items.iter().map(|selection| one(&selection.node, given)).collect()
}

fn one(selection: &types::Selection, given: Given<'_>) -> Result<Selection, String> {
    Ok(match selection {
        types::Selection::Field(field) => {
            let field = &field.node;
            let arguments = field.arguments.iter().map(|(name, value)| Argument {
                name: name.node.to_string(),
                text: String::new(),
                value: value
                    .node
                    .clone()
                    .into_const_with(|name| known(&name, given))
                    .ok()
                    .map(|value| constant(&value)),
            });
            Selection::Field(Field {
                alias: field.alias.as_ref().map(|alias| alias.node.to_string()),
                name: field.name.node.to_string(),
                arguments: arguments.collect(),
                conditions: conditions(&field.directives, given)?,
                below: selections(&field.selection_set.node, given)?,
            })
        }
        types::Selection::InlineFragment(fragment) => Selection::Inline {
            on: fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.to_string()),
            conditions: conditions(&fragment.node.directives, given)?,
            below: selections(&fragment.node.selection_set.node, given)?,
        },
        types::Selection::FragmentSpread(spread) => Selection::Spread {
            name: spread.node.fragment_name.node.to_string(),
            conditions: conditions(&spread.node.directives, given)?,
        },
    })
}

fn conditions(directives: &[Positioned<Directive>], given: Given<'_>) -> Result<Vec<Condition>, String> {
    let one = |directive: &Positioned<Directive>| {
        let name = directive.node.name.node.as_str();
        if !matches!(name, "skip" | "include") {
            return Err(format!("@{name} is not known here"));
        }
        let value = directive.node.get_argument("if").and_then(|value| {
            value.node.clone().into_const_with(|name| known(&name, given)).ok().map(|value| constant(&value))
        });
        match value {
            Some(Value::Bool(truth)) => Ok(Condition { skip: name == "skip", text: truth.to_string(), truth }),
            _ => Err(format!("@{name} without a value")),
        }
    };
    directives.iter().map(one).collect()
}

/// The value of a variable, if there is one.
fn known(name: &str, given: Given<'_>) -> Result<Constant, ()> {
    let value = given(name).ok_or(())?;
    let json = serde_json::from_str(&value.to_string()).map_err(|_| ())?;
    Constant::from_json(json).map_err(|_| ())
}

fn constant(value: &Constant) -> Value {
    let text = serde_json::to_vec(value).expect("constants are JSON");
    Value::parse(&text).expect("JSON")
}
