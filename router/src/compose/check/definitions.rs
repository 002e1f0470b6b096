//! Definitions of federation's own directives and types that a subgraph writes out itself: they may say less than the
//! specification's, but nothing else.

use apollo_compiler::{
    Schema,
    ast::{DirectiveDefinition, Type},
    schema::ExtendedType,
};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::{directives::DirectiveNames, specs},
};

/// Definitions that contradict the specification. What Federation 1 subgraphs define is never looked at.
pub(in crate::compose) fn check(subgraph: &str, schema: &Schema, names: &DirectiveNames) -> Vec<CompositionError> {
    if !names.federation_2() {
        return Vec::new();
    }
    let mut errors = Vec::new();
    let known = names.iter().chain([("link", "link")]);
    for (local, canonical) in known {
        let own = schema.directive_definitions.get(local);
        let (Some(own), Some(expected)) = (own, specs::definition_in(canonical, names.version)) else { continue };
        errors.extend(differences(own, &expected).into_iter().map(|what| {
            let text = format!("{what}: correct the definition, or leave it out");
            CompositionError::new(ErrorCode::DirectiveDefinitionInvalid, format!("@{local}"), &[subgraph], text)
        }));
    }
    for (name, expected) in specs::definitions().types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        let Some(own) = schema.types.get(name) else { continue };
        if std::mem::discriminant(own) != std::mem::discriminant(expected) {
            let kind = if expected.is_scalar() { "a scalar" } else { "an enum" };
            let text = format!("the specification defines {name} as {kind}: define it so, or leave it out");
            errors.push(CompositionError::new(ErrorCode::TypeDefinitionInvalid, name.as_str(), &[subgraph], text));
        } else if let (ExtendedType::Enum(own), ExtendedType::Enum(expected)) = (own, expected)
            && !own.values.keys().all(|value| expected.values.contains_key(value))
        {
            let text = format!("{name} has values that the specification does not know: leave the definition out");
            errors.push(CompositionError::new(ErrorCode::TypeDefinitionInvalid, name.as_str(), &[subgraph], text));
        }
    }
    errors
}

fn differences(own: &DirectiveDefinition, expected: &DirectiveDefinition) -> Vec<String> {
    let mut found = Vec::new();
    for argument in &expected.arguments {
        match own.arguments.iter().find(|known| known.name == argument.name) {
            None if argument.is_required() => found.push(format!("the argument {} is missing", argument.name)),
            Some(known) if !fits(&known.ty, &argument.ty) => {
                found.push(format!("the argument {} is {}, but must be {}", argument.name, known.ty, argument.ty));
            }
            _ => {}
        }
    }
    for argument in &own.arguments {
        if !expected.arguments.iter().any(|known| known.name == argument.name) {
            found.push(format!("the specification knows no argument {}", argument.name));
        }
    }
    if own.repeatable && !expected.repeatable {
        found.push("the directive is not repeatable".to_owned());
    }
    for location in &own.locations {
        if !expected.locations.contains(location) {
            found.push(format!("the directive cannot stand on {location}"));
        }
    }
    found
}

/// Whether a definition may write `own` for `expected`: more may be required, and a custom scalar be any scalar.
fn fits(own: &Type, expected: &Type) -> bool {
    if expected.is_non_null() && !own.is_non_null() {
        return false;
    }
    match (own, expected) {
        (Type::List(own) | Type::NonNullList(own), Type::List(expected) | Type::NonNullList(expected)) => {
            fits(own, expected)
        }
        (Type::Named(own) | Type::NonNullNamed(own), Type::Named(expected) | Type::NonNullNamed(expected)) => {
            own == expected || expected.contains("__")
        }
        _ => false,
    }
}
