//! What operations ask about the schema itself.
//!
//! The compiler answers it, but does not know `__Type.isOneOf` (GraphQL specification, section 4.2.2). In its place it
//! is asked for the type's name, under the same key, and the name is replaced by what it tells.

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema,
    ast::FieldDefinition,
    collections::HashSet,
    executable::{Field, Operation, Selection, SelectionSet},
    introspection,
    request::RequestError,
    response::{JsonMap, JsonValue as Json},
    schema::ExtendedType,
    validation::Valid,
};
use indexmap::IndexMap;

use super::inputs;
use crate::graph::Supergraph;

/// Runs the part of an operation that asks about the schema. Members stand in the order in which they were selected
/// (GraphQL specification, section 7.2.2, "Serialized Map Ordering").
///
/// # Errors
/// If it asks for lists within lists that could go on for ever.
pub(super) fn run(
    graph: &Supergraph,
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: &Valid<JsonMap>,
) -> Result<JsonMap, RequestError> {
    introspection::check_max_depth(document, operation)?;
    let understood = understood(&graph.api, document);
    let asked = understood.as_ref().and_then(|understood| {
        let same = understood.operations.get(operation.name.as_ref().map(Name::as_str)).ok()?;
        Some((Valid::assume_valid_ref(understood), &**same))
    });
    let (asked, same) = asked.unwrap_or((document, operation));
    let response = introspection::partial_execute(&graph.api, &graph.implementers, asked, same, variables)?;
    let mut data = response.data.unwrap_or_default();
    if understood.is_some() {
        let asked = Asked { schema: &graph.api, document };
        asked.tell_object(&asked.fields(&[&operation.selection_set]), &mut data);
    }
    Ok(data)
}

/// The document with names in the place of what the compiler does not know; `None` if there is nothing of it.
fn understood(schema: &Schema, document: &ExecutableDocument) -> Option<ExecutableDocument> {
    let name = schema.type_field("__Type", "name").ok()?;
    let mut understood = document.clone();
    let mut any = false;
    for operation in understood.operations.anonymous.iter_mut().chain(understood.operations.named.values_mut()) {
        any |= rename(&mut operation.make_mut().selection_set, name);
    }
    for fragment in understood.fragments.values_mut() {
        any |= rename(&mut fragment.make_mut().selection_set, name);
    }
    any.then_some(understood)
}

/// Asks for the field `name` instead; says whether there was anything to rename.
fn rename(set: &mut SelectionSet, name: &Node<FieldDefinition>) -> bool {
    let SelectionSet { ty, selections } = set;
    let mut any = false;
    for selection in selections {
        any |= match selection {
            Selection::Field(field) if asks(ty, field) => {
                let field = field.make_mut();
                field.alias.get_or_insert(field.name.clone());
                field.name = name.name.clone();
                field.definition = name.clone();
                true
            }
            Selection::Field(field) if field.selection_set.selections.is_empty() => false,
            Selection::Field(field) => rename(&mut field.make_mut().selection_set, name),
            Selection::InlineFragment(fragment) => rename(&mut fragment.make_mut().selection_set, name),
            Selection::FragmentSpread(_) => false,
        };
    }
    any
}

fn asks(ty: &Name, field: &Field) -> bool {
    ty == "__Type" && field.name == "isOneOf"
}

/// The fields of an object by response key, each with the type that it was selected of.
type Fields<'d> = IndexMap<&'d Name, Vec<(&'d Name, &'d Field)>>;

struct Asked<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
}

impl<'d> Asked<'d> {
    /// Objects of introspection are never of several types, so that all fragments apply.
    fn fields(&self, sets: &[&'d SelectionSet]) -> Fields<'d> {
        let (mut fields, mut seen) = (Fields::new(), HashSet::default());
        let mut open: Vec<&SelectionSet> = sets.to_vec();
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                match selection {
                    Selection::Field(field) => fields.entry(field.response_key()).or_default().push((&set.ty, field)),
                    Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                    Selection::FragmentSpread(spread) => {
                        let fragment = self.document.fragments.get(&spread.fragment_name);
                        open.extend(
                            fragment.filter(|known| seen.insert(&known.name)).map(|known| &known.selection_set),
                        );
                    }
                }
            }
        }
        fields
    }

    /// Replaces names by what was asked for.
    fn tell(&self, fields: &Fields<'d>, value: &mut Json) {
        match value {
            Json::Array(items) => items.iter_mut().for_each(|item| self.tell(fields, item)),
            Json::Object(object) => self.tell_object(fields, object),
            _ => {}
        }
    }

    fn tell_object(&self, fields: &Fields<'d>, object: &mut JsonMap) {
        for (key, same) in fields {
            let Some(value) = object.get_mut(key.as_str()) else { continue };
            if same.iter().any(|(ty, field)| asks(ty, field)) {
                *value = self.is_one_of(value);
                continue;
            }
            let below: Vec<&SelectionSet> = same.iter().map(|(_, field)| &field.selection_set).collect();
            if !below[0].selections.is_empty() {
                self.tell(&self.fields(&below), value);
            }
        }
    }

    /// Null for all that is no input object.
    fn is_one_of(&self, name: &Json) -> Json {
        match name.as_str().and_then(|name| self.schema.types.get(name)) {
            Some(ExtendedType::InputObject(input)) => inputs::is_one_of(input).into(),
            _ => Json::Null,
        }
    }
}
