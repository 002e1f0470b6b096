//! Which entity an error is about.
//!
//! async-graphql's error paths carry no list index below `_entities`. Where an error names its entity
//! ([`Failure::about`](crate::Failure::about)) or there is only one, the index is found again in the request: this runs
//! for failed requests only.

use async_graphql::{
    PathSegment, Value, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
    },
};

use super::parameters::Parameters;

/// How many representations a request holds, wherever its document has `_entities`.
pub(super) fn count(document: &ExecutableDocument, variables: &Variables) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).map(|set| count_in(set, variables)).fold(0, usize::saturating_add)
}

fn count_in(set: &SelectionSet, variables: &Variables) -> usize {
    let counts = set.items.iter().map(|selection| match &selection.node {
        // Entities are asked for at the root, so that nothing below a field matters.
        Selection::Field(field) if field.node.name.node == "_entities" => count_given(&field.node, variables),
        Selection::InlineFragment(fragment) => count_in(&fragment.node.selection_set.node, variables),
        Selection::Field(_) | Selection::FragmentSpread(_) => 0,
    });
    counts.fold(0, usize::saturating_add)
}

/// How many representations one field is given, without a copy of those that are in a variable.
fn count_given(field: &Field, variables: &Variables) -> usize {
    let Some(argument) = field.get_argument("representations") else { return 0 };
    let mut in_variables = 0_usize;
    let written = argument.node.clone().into_const_with(|name| {
        if let Some(Value::List(list)) = variables.get(&name) {
            in_variables = in_variables.saturating_add(list.len());
        }
        Ok::<_, std::convert::Infallible>(Value::Null)
    });
    match written {
        Ok(Value::List(list)) => list.len().saturating_add(in_variables),
        _ => in_variables,
    }
}

/// The lists of representations of a request, by the response key of their `_entities` field.
pub(super) struct Representations(Vec<(String, Vec<Value>)>);

impl Representations {
    /// What the request with this body was about; nothing where that cannot be told.
    pub(super) fn of(body: &[u8]) -> Self {
        Self(read(body).unwrap_or_default())
    }

    /// The index of the representation that an error at `path` is about, `entity` being its id where that is known.
    pub(super) fn index(&self, path: &[PathSegment], entity: Option<&str>) -> Option<u64> {
        let Some(PathSegment::Field(key)) = path.first() else { return None };
        let (_, list) = self.0.iter().find(|(name, _)| name == key)?;
        let index = match entity {
            Some(entity) => list.iter().position(|value| mentions(value, entity))?,
            None if list.len() == 1 => 0,
            None => return None,
        };
        u64::try_from(index).ok()
    }
}

fn mentions(representation: &Value, id: &str) -> bool {
    let Value::Object(fields) = representation else { return false };
    fields.iter().any(|(name, value)| name != "__typename" && matches!(value, Value::String(text) if text == id))
}

fn read(body: &[u8]) -> Option<Vec<(String, Vec<Value>)>> {
    let parameters = Parameters::read(body).ok()?;
    let document = parse_query(&parameters.query).ok()?;
    let chosen = |name: Option<&str>| parameters.operation_name.as_deref().is_none_or(|wanted| name == Some(wanted));
    let (_, operation) = document.operations.iter().find(|(name, _)| chosen(name.map(AsRef::as_ref)))?;
    let variables = parameters.variables.unwrap_or_default();
    let fields = fields(&operation.node).filter(|field| field.name.node == "_entities");
    Some(fields.filter_map(|field| Some((key(field), list(field, &variables)?))).collect())
}

fn fields(operation: &OperationDefinition) -> impl Iterator<Item = &Field> {
    operation.selection_set.node.items.iter().filter_map(|selection| match &selection.node {
        Selection::Field(field) => Some(&field.node),
        _ => None,
    })
}

fn key(field: &Field) -> String {
    field.response_key().node.to_string()
}

fn list(field: &Field, variables: &Variables) -> Option<Vec<Value>> {
    let argument = field.get_argument("representations")?.node.clone();
    let value = argument.into_const_with(|name| variables.get(&name).cloned().ok_or(())).ok()?;
    if let Value::List(list) = value { Some(list) } else { None }
}
