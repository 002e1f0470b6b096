//! Fields that several subgraphs resolve.

use std::collections::BTreeSet;

use apollo_compiler::{Name, schema::ExtendedType};

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::{
        model::{Definition, Merged},
        override_from::Override,
    },
    read::{marks, subgraph::SubgraphSchema},
};

/// What several subgraphs resolve must be marked `@shareable` in all of them, and mean the same in all.
pub(in crate::compose) fn check(
    coordinate: &str,
    name: &Name,
    resolving: &[Definition<'_>],
    overrides: &[(&SubgraphSchema, Override)],
    provided: bool,
    merged: &mut Merged,
) {
    let labelled = |subgraph: &SubgraphSchema| overrides.iter().any(|(_, over)| over.from == subgraph.name);
    let resolving: Vec<_> = resolving.iter().filter(|owner| !labelled(owner.subgraph)).copied().collect();
    if provided && let [alone] = resolving.as_slice() {
        check_provided(coordinate, name, alone, merged);
    }
    if resolving.len() < 2 || resolving.iter().any(|owner| !matches!(owner.ty, ExtendedType::Object(_))) {
        return;
    }
    check_marks(coordinate, name, &resolving, merged);
    check_types(coordinate, name, &resolving, merged);
}

/// A field that others hand over at times is resolved by several, too.
fn check_provided(coordinate: &str, name: &Name, alone: &Definition<'_>, merged: &mut Merged) {
    let is_object = matches!(alone.ty, ExtendedType::Object(_));
    if is_object && alone.field(name).is_some_and(|field| !alone.subgraph.is_shareable(alone.ty, field)) {
        let text = "another subgraph provides the field at times, so it must be marked @shareable: mark it here";
        merged.error(ErrorCode::InvalidFieldSharing, coordinate, &[&alone.subgraph.name], text);
    }
}

pub(in crate::compose) fn check_marks(
    coordinate: &str,
    name: &Name,
    resolving: &[Definition<'_>],
    merged: &mut Merged,
) {
    let alone: Vec<&str> = resolving
        .iter()
        .filter(|owner| owner.field(name).is_some_and(|field| !owner.subgraph.is_shareable(owner.ty, field)))
        .map(|owner| owner.subgraph.name.as_str())
        .collect();
    if resolving.len() > 1 && !alone.is_empty() {
        let text = format!(
            "{} subgraphs resolve the field, so each must mark it @shareable; it is not marked in: {}",
            resolving.len(),
            alone.join(", ")
        );
        merged.error(ErrorCode::InvalidFieldSharing, coordinate, &alone, text);
    }
}

/// Subgraphs that resolve one field to objects that have no type in common cannot resolve it to the same object.
fn check_types(coordinate: &str, name: &Name, resolving: &[Definition<'_>], merged: &mut Merged) {
    let mut known: Vec<(&str, BTreeSet<&Name>)> = Vec::new();
    for owner in resolving {
        let Some(field) = owner.field(name) else { continue };
        let result = field.ty.inner_named_type();
        let Some(ty) = owner.subgraph.schema.types.get(result) else { continue };
        if owner.subgraph.is_interface_object(ty) {
            continue;
        }
        let possible: BTreeSet<&Name> = match ty {
            ExtendedType::Object(_) => [result].into(),
            ExtendedType::Union(union) => union.members.iter().map(|member| &member.name).collect(),
            ExtendedType::Interface(_) => marks::implementations(&owner.subgraph.schema, result)
                .filter(|object| owner.subgraph.schema.get_object(object).is_some())
                .collect(),
            _ => return,
        };
        // Where nothing is behind the field, it is always null.
        if !possible.is_empty() {
            known.push((&owner.subgraph.name, possible));
        }
    }
    let Some(((_, first), others)) = known.split_first() else { return };
    if others.iter().all(|(_, possible)| possible == first) {
        return;
    }
    let subgraphs: Vec<&str> = known.iter().map(|(subgraph, _)| *subgraph).collect();
    let each = known.iter().map(|(subgraph, possible)| {
        let possible: Vec<&str> = possible.iter().map(|name| name.as_str()).collect();
        format!("{} in {subgraph}", possible.join(", "))
    });
    let each = each.collect::<Vec<_>>().join("; ");
    let common = first.iter().any(|name| others.iter().all(|(_, possible)| possible.contains(name)));
    if common {
        let text =
            format!("the objects behind the field differ: {each}; all subgraphs should be able to return the same");
        merged.hint(HintCode::InconsistentRuntimeTypesForShareableReturn, coordinate, &subgraphs, text);
    } else {
        let text =
            format!("the subgraphs that share the field have no object in common: {each}; let them return the same");
        merged.error(ErrorCode::ShareableHasMismatchedRuntimeTypes, coordinate, &subgraphs, text);
    }
}
