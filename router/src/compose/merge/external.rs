//! `@external` declarations against what the resolving subgraphs make of the field.

use apollo_compiler::{Name, ast::Type};

use crate::compose::{
    error::ErrorCode,
    merge::{
        inputs,
        model::{Definition, Merged, MergedInput},
    },
};

/// Each external declaration must say of the field what those say that resolve it, together or one of them.
pub(in crate::compose) fn check(
    coordinate: &str,
    name: &Name,
    (external, resolving): (&[Definition<'_>], &[Definition<'_>]),
    (ty, arguments): (&Type, &[MergedInput]),
    merged: &mut Merged,
) {
    for owner in external {
        let (Some(field), subgraphs) = (owner.field(name), [owner.subgraph.name.as_str()]) else { continue };
        let mut said = resolving.iter().filter_map(|other| other.field(name)).map(|other| &other.ty);
        if field.ty != *ty && !said.any(|said| *said == field.ty) {
            let text = format!("the field is {ty} where it is resolved, but {} here: make the types equal", field.ty);
            merged.error(ErrorCode::ExternalTypeMismatch, coordinate, &subgraphs, text);
        }
        for argument in arguments {
            let coordinate = format!("{coordinate}({}:)", argument.name);
            let Some(known) = field.argument_by_name(&argument.name) else {
                let text = "the field takes the argument where it is resolved, but not here: add it";
                merged.error(ErrorCode::ExternalArgumentMissing, coordinate, &subgraphs, text);
                continue;
            };
            if inputs::narrower(&argument.ty, &known.ty).as_ref() != Some(&argument.ty) {
                let text = format!(
                    "the argument is {} where the field is resolved, but {} here: make the types equal",
                    argument.ty, known.ty
                );
                merged.error(ErrorCode::ExternalArgumentTypeMismatch, coordinate.as_str(), &subgraphs, text);
            }
            let same = match (&known.default_value, &argument.default) {
                (Some(own), Some(default)) => inputs::same_value(own, default),
                (own, default) => own.is_none() && default.is_none(),
            };
            if !same {
                let text = "the default value is another where the field is resolved: make the defaults equal";
                merged.error(ErrorCode::ExternalArgumentDefaultMismatch, coordinate, &subgraphs, text);
            }
        }
    }
}
