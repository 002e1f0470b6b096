//! What the names of a document that the schema does not know resemble: the compiler says that they are unknown, and
//! this adds what was perhaps meant. Looked for only where a document was refused.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Argument, Definition, Document, InputValueDefinition, OperationType, Selection, Type, Value},
    collections::IndexMap,
    parser::{LineColumn, SourceMap, SourceSpan},
    schema::ExtendedType,
};

use super::suggest::did_you_mean;
use crate::error::GraphQLError;

/// More unknown names than this are not looked at.
const MOST: usize = 100;

/// Adds to the errors what the unknown names at their places resemble.
pub(super) fn suggest(schema: &Schema, document: &Document, sources: &SourceMap, errors: &mut [GraphQLError]) {
    let mut search = Search { schema, found: Vec::new() };
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                for variable in &operation.variables {
                    search.named_type(variable.ty.inner_named_type());
                }
                let root = schema.root_operation(operation.operation_type);
                // There always is a root of queries.
                let root = root.or_else(|| schema.root_operation(OperationType::Query));
                search.selections(root, &operation.selection_set);
            }
            Definition::FragmentDefinition(fragment) => {
                search.named_type(&fragment.type_condition);
                search.selections(Some(&fragment.type_condition), &fragment.selection_set);
            }
            _ => {}
        }
    }
    let place = |span: &SourceSpan| span.line_column(sources);
    let found: Vec<(LineColumn, String)> =
        search.found.into_iter().filter_map(|(span, meant)| Some((place(&span)?, meant))).collect();
    for error in errors {
        let Some(at) = error.locations.first() else { continue };
        let meant = found.iter().find(|(place, _)| (place.line, place.column) == (at.line, at.column));
        if let Some((_, meant)) = meant {
            error.message += if error.message.ends_with(['.', '!', '?']) { "" } else { "." };
            error.message += meant;
        }
    }
}

struct Search<'s> {
    schema: &'s Schema,
    /// Where an unknown name stands, and what it resembles.
    found: Vec<(SourceSpan, String)>,
}

impl<'s> Search<'s> {
    fn unknown<'n>(&mut self, at: Option<SourceSpan>, given: &str, known: impl IntoIterator<Item = &'n Name>) {
        let Some(at) = at.filter(|_| self.found.len() < MOST) else { return };
        let meant = did_you_mean(given, known.into_iter().map(Name::as_str));
        if !meant.is_empty() {
            self.found.push((at, meant));
        }
    }

    fn named_type(&mut self, name: &Name) {
        if !self.schema.types.contains_key(name) {
            let schema = self.schema;
            self.unknown(name.location(), name, schema.types.keys().filter(|known| !known.starts_with("__")));
        }
    }

    fn selections(&mut self, ty: Option<&Name>, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let Some(ty) = ty else { continue };
                    let schema = self.schema;
                    if let Ok(known) = schema.type_field(ty, &field.name) {
                        self.arguments(&field.arguments, &known.arguments);
                        self.selections(Some(known.ty.inner_named_type()), &field.selection_set);
                    } else if let Some(fields) = fields(schema, ty) {
                        self.unknown(field.name.location(), &field.name, fields);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    if let Some(condition) = &fragment.type_condition {
                        self.named_type(condition);
                    }
                    self.selections(fragment.type_condition.as_ref().or(ty), &fragment.selection_set);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn arguments(&mut self, given: &[Node<Argument>], known: &'s [Node<InputValueDefinition>]) {
        for argument in given {
            match known.iter().find(|known| known.name == argument.name) {
                Some(known) => self.value(&known.ty, &argument.value),
                None => self.unknown(argument.location(), &argument.name, known.iter().map(|known| &known.name)),
            }
        }
    }

    fn value(&mut self, ty: &'s Type, value: &Node<Value>) {
        let schema = self.schema;
        match (&**value, schema.types.get(ty.inner_named_type())) {
            (Value::List(items), _) => items.iter().for_each(|item| self.value(ty, item)),
            (Value::Enum(given), Some(ExtendedType::Enum(known))) if !known.values.contains_key(given) => {
                self.unknown(value.location(), given, known.values.keys());
            }
            (Value::Object(given), Some(ExtendedType::InputObject(known))) => {
                for (name, value) in given {
                    match known.fields.get(name) {
                        Some(field) => self.value(&field.ty, value),
                        None => self.unknown(value.location(), name, known.fields.keys()),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The names of a type's fields, if it has any.
fn fields<'s>(schema: &'s Schema, ty: &Name) -> Option<impl Iterator<Item = &'s Name>> {
    let fields: &IndexMap<Name, _> = match schema.types.get(ty)? {
        ExtendedType::Object(object) => &object.fields,
        ExtendedType::Interface(interface) => &interface.fields,
        _ => return None,
    };
    Some(fields.keys())
}
