//! `@override`: which subgraph took a field over from which.

use apollo_compiler::{Name, ast::FieldDefinition};

use super::{
    error::ErrorCode,
    model::{Definition, Merged},
    subgraph::SubgraphSchema,
};

/// What an `@override` says.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub from: String,
    pub label: Option<String>,
}

pub(super) fn of(subgraph: &SubgraphSchema, field: &FieldDefinition) -> Option<Override> {
    let directive = subgraph.on_field(field, "override").next()?;
    let text = |name| directive.specified_argument_by_name(name).and_then(|value| value.as_str()).map(str::to_owned);
    Some(Override { from: text("from")?, label: text("label") })
}

/// The overrides of a field: who overrides, and what.
pub(super) fn all<'s>(
    owners: &[Definition<'s>],
    ty: &Name,
    name: &Name,
    merged: &mut Merged,
) -> Vec<(&'s SubgraphSchema, Override)> {
    let mut found: Vec<(&SubgraphSchema, Override)> = Vec::new();
    for owner in owners {
        let Some(field) = owner.field(name) else { continue };
        if let Some(over) = of(owner.subgraph, field) {
            if over.from == owner.subgraph.name {
                let text = "a subgraph cannot override its own field: name another in `from`, or remove @override";
                merged.error(ErrorCode::OverrideFromSelfError, format!("{ty}.{name}"), &[&owner.subgraph.name], text);
            }
            found.push((owner.subgraph, over));
        }
    }
    for (subgraph, over) in &found {
        if found.iter().any(|(other, _)| other.name == over.from) {
            let text = "the overridden field carries @override itself: remove that one";
            let names = [subgraph.name.as_str(), over.from.as_str()];
            merged.error(ErrorCode::OverrideSourceHasOverride, format!("{ty}.{name}"), &names, text);
        }
    }
    found
}
