//! Default values: each must be one that its argument or input field accepts.

use apollo_compiler::{
    Schema,
    ast::{Type, Value},
    schema::ExtendedType,
};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::elements::{Kind, elements},
};

/// What must be given cannot be deprecated (<https://spec.graphql.org/draft/#sec--deprecated>).
pub(super) fn deprecated(subgraph: &str, schema: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for element in elements(schema) {
        let (Kind::Argument(_, _, input) | Kind::InputField(input)) = element.kind else { continue };
        if input.is_required() && input.directives.has("deprecated") {
            let text = "it is required, so it cannot be deprecated: make it optional first";
            errors.push(CompositionError::new(ErrorCode::InvalidGraphql, element.coordinate, &[subgraph], text));
        }
    }
    errors
}

pub(super) fn check(subgraphs: &[&str], schema: &Schema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for element in elements(schema) {
        let (Kind::Argument(_, _, input) | Kind::InputField(input)) = element.kind else { continue };
        if let Some(value) = input.default_value.as_deref().filter(|value| !accepts(schema, &input.ty, value)) {
            let value = value.serialize().no_indent().to_string();
            let text = format!("the default value {value} is no {}: give one that is", input.ty);
            errors.push(CompositionError::new(ErrorCode::InvalidGraphql, element.coordinate, subgraphs, text));
        }
    }
    errors
}

/// Whether a value can be given where `ty` is expected (<https://spec.graphql.org/draft/#sec-Input-Types>).
pub(super) fn accepts(schema: &Schema, ty: &Type, value: &Value) -> bool {
    if value.is_null() {
        return !ty.is_non_null();
    }
    match (ty, value) {
        (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
            values.iter().all(|value| accepts(schema, item, value))
        }
        // One value stands for a list of it.
        (Type::List(item) | Type::NonNullList(item), _) => accepts(schema, item, value),
        (Type::Named(name) | Type::NonNullNamed(name), _) => match (name.as_str(), value) {
            ("Int", Value::Int(number)) => number.try_to_i32().is_ok(),
            ("Float", Value::Int(_) | Value::Float(_))
            | ("String" | "ID", Value::String(_))
            | ("ID", Value::Int(_))
            | ("Boolean", Value::Boolean(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => match (schema.types.get(name), value) {
                (Some(ExtendedType::Enum(known)), Value::Enum(value)) => known.values.contains_key(value),
                (Some(ExtendedType::InputObject(input)), Value::Object(given)) => {
                    let known = given.iter().all(|(name, value)| {
                        input.fields.get(name).is_some_and(|field| accepts(schema, &field.ty, value))
                    });
                    if input.directives.has("oneOf") && !matches!(given.as_slice(), [(_, only)] if !only.is_null()) {
                        return false;
                    }
                    let mut required = input.fields.values().filter(|field| field.is_required());
                    known && required.all(|field| given.iter().any(|(name, _)| *name == field.name))
                }
                (Some(ExtendedType::Enum(_) | ExtendedType::InputObject(_)), _) => false,
                // A custom scalar takes what it likes; an unknown type is told of elsewhere.
                _ => true,
            },
        },
    }
}
