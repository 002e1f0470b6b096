//! `@external` within one subgraph: where it may stand, and that it serves something.

use apollo_compiler::{Name, schema::ExtendedType};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    merge::applied,
    read::subgraph::{SubgraphSchema, fields_of},
};

pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty).into_iter().filter(|field| subgraph.is_external(ty, field)) {
            let mut error = |code, text: String| {
                let coordinate = format!("{}.{}", ty.name(), field.name);
                errors.push(CompositionError::new(code, coordinate, &[&subgraph.name], text));
            };
            if ty.is_interface() {
                let text = "no subgraph resolves an interface's fields, only those of objects: remove @external";
                error(ErrorCode::ExternalOnInterface, text.to_owned());
            }
            if subgraph.has(field, "provides") && !ty.is_interface() {
                let text = "the field is not resolved here, so @provides means nothing: remove it or @external";
                error(ErrorCode::ExternalCollisionWithAnotherDirective, text.to_owned());
            }
            for directive in &field.directives {
                let name = subgraph.names.canonical(&directive.name);
                let is_merged =
                    directive.name == "deprecated" || name.is_some_and(|name| applied::MERGED.contains(&name));
                if is_merged || subgraph.composes(&directive.name) {
                    let text = format!(
                        "@{} belongs where the field is resolved: move it there, or remove @external",
                        directive.name
                    );
                    error(ErrorCode::MergedDirectiveApplicationOnExternal, text);
                }
            }
            if !is_needed(subgraph, ty, &field.name) {
                let text = "no @key, @requires, @provides or interface of this subgraph uses the field: remove it, or \
                            remove @external if it is resolved here";
                error(ErrorCode::ExternalUnused, text.to_owned());
            }
        }
    }
    errors
}

/// Whether something in the subgraph needs the declaration of a field.
pub(in crate::compose) fn is_needed(subgraph: &SubgraphSchema, ty: &ExtendedType, field: &Name) -> bool {
    subgraph.used.contains(&(ty.name().clone(), field.clone())) || subgraph.is_interface_field(ty, field)
}
