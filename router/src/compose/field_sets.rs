//! The selections of `@key`, `@requires` and `@provides`, checked against the subgraph that writes them.

use apollo_compiler::{Schema, ast::Selection, schema::ExtendedType};

use super::{
    error::{CompositionError, ErrorCode},
    subgraph::{SubgraphSchema, field_of, fields_of},
};
use crate::graph::parse_field_set;

/// Everything that is wrong with a subgraph's selections.
pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values() {
        let own = ty.name().as_str();
        for key in subgraph.keys(ty) {
            let wrong = selection(&subgraph.schema, own, &key.fields, true);
            errors.extend(
                wrong.map(|wrong| {
                    wrong.error(subgraph, "key", ErrorCode::KeyInvalidFields, own.to_owned(), &key.fields)
                }),
            );
        }
        for field in fields_of(ty) {
            let result = field.ty.inner_named_type().as_str();
            let sets = [
                ("requires", own, ErrorCode::RequiresInvalidFields),
                ("provides", result, ErrorCode::ProvidesInvalidFields),
            ];
            for (directive, on, code) in sets {
                let Some(set) = subgraph.field_set(field, directive) else { continue };
                let wrong = selection(&subgraph.schema, on, &set, false);
                errors.extend(
                    wrong.map(|wrong| wrong.error(subgraph, directive, code, format!("{own}.{}", field.name), &set)),
                );
            }
        }
    }
    errors
}

/// What is wrong with one selection.
enum Wrong {
    /// It does not fit the types.
    Fields(String),
    /// A key asks a field that takes arguments.
    Arguments(String),
}

impl Wrong {
    fn error(
        self,
        subgraph: &SubgraphSchema,
        directive: &str,
        code: ErrorCode,
        coordinate: String,
        set: &str,
    ) -> CompositionError {
        let (code, what) = match self {
            Self::Fields(what) => (code, what),
            Self::Arguments(what) => (ErrorCode::KeyFieldsHasArgs, what),
        };
        let text = format!("@{directive}(fields: {set:?}) in {:?} {what}", subgraph.name);
        CompositionError::new(code, coordinate, &[&subgraph.name], text)
    }
}

fn selection(schema: &Schema, on: &str, set: &str, is_key: bool) -> Option<Wrong> {
    match parse_field_set(set) {
        Ok(selections) if selections.is_empty() => {
            Some(Wrong::Fields("selects nothing: name at least one field".into()))
        }
        Ok(selections) => check_all(schema, on, &selections, is_key),
        Err(_) => Some(Wrong::Fields("is not a selection: write field names, with braces around those below".into())),
    }
}

fn check_all(schema: &Schema, on: &str, selections: &[Selection], is_key: bool) -> Option<Wrong> {
    selections.iter().find_map(|selection| match selection {
        Selection::Field(field) if field.name == "__typename" => None,
        Selection::Field(field) => {
            let Some(known) = schema.types.get(on).and_then(|ty| field_of(ty, &field.name)) else {
                return Some(Wrong::Fields(format!(
                    "selects {on}.{}, which this subgraph does not declare: declare it or leave it out",
                    field.name
                )));
            };
            if is_key && !known.arguments.is_empty() {
                return Some(Wrong::Arguments(format!(
                    "selects {on}.{}, which takes arguments: use another field",
                    field.name
                )));
            }
            let below = known.ty.inner_named_type().as_str();
            let is_composite = matches!(
                schema.types.get(below),
                Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_))
            );
            match (is_composite, field.selection_set.is_empty()) {
                (true, true) => Some(Wrong::Fields(format!("must say what it selects of {on}.{}", field.name))),
                (false, false) => {
                    Some(Wrong::Fields(format!("selects something below {on}.{}, which has no fields", field.name)))
                }
                _ => check_all(schema, below, &field.selection_set, is_key),
            }
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.type_condition.as_ref().map_or(on, |condition| condition.as_str());
            if schema.types.contains_key(on) {
                check_all(schema, on, &fragment.selection_set, is_key)
            } else {
                Some(Wrong::Fields(format!("has a fragment on {on}, which this subgraph does not declare")))
            }
        }
        Selection::FragmentSpread(_) => Some(Wrong::Fields("uses a named fragment: write its fields instead".into())),
    })
}
