//! What subgraphs must not say together, seen before anything is merged.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::{Name, schema::ExtendedType};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::{
        marks,
        subgraph::{SubgraphSchema, is_only_extended, is_root},
    },
};

/// Types that are extended but defined nowhere, before anything is rewritten.
pub(in crate::compose) fn bases(subgraphs: &[SubgraphSchema]) -> Vec<CompositionError> {
    by_name(subgraphs).iter().filter_map(|(name, known)| without_base(name, known)).collect()
}

/// Everything that does not fit together.
pub(in crate::compose) fn across(subgraphs: &[SubgraphSchema]) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for (name, known) in by_name(subgraphs) {
        errors.extend(interface_objects(subgraphs, name, &known));
        errors.extend(interface_keys(subgraphs, name, &known));
    }
    errors
}

/// A type in each subgraph that has it.
type Known<'s> = Vec<(&'s SubgraphSchema, &'s ExtendedType)>;

fn by_name(subgraphs: &[SubgraphSchema]) -> BTreeMap<&Name, Known<'_>> {
    let mut all: BTreeMap<&Name, Known<'_>> = BTreeMap::new();
    for subgraph in subgraphs {
        for (name, ty) in &subgraph.schema.types {
            all.entry(name).or_default().push((subgraph, ty));
        }
    }
    all
}

/// What is extended must be defined somewhere.
fn without_base(name: &Name, known: &Known<'_>) -> Option<CompositionError> {
    let extends = |(subgraph, ty): &(&SubgraphSchema, &ExtendedType)| {
        let by_directive = !subgraph.names.federation_2() && subgraph.on_type(ty, "extends").next().is_some();
        by_directive || is_only_extended(ty)
    };
    if is_root(name) || !known.iter().all(extends) {
        return None;
    }
    let subgraphs: Vec<&str> = known.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
    let text = "the type is extended, but no subgraph defines it: define it in one, without `extend`";
    Some(CompositionError::new(ErrorCode::ExtensionWithNoBase, name.as_str(), &subgraphs, text))
}

/// An interface object stands for an interface of other subgraphs, and for all objects behind it.
fn interface_objects(subgraphs: &[SubgraphSchema], name: &Name, known: &Known<'_>) -> Vec<CompositionError> {
    let (standing, plain): (Vec<_>, Vec<_>) = known.iter().partition(|(subgraph, ty)| subgraph.is_interface_object(ty));
    let mut errors = Vec::new();
    let mut error = |subgraphs: &[&str], text: String| {
        errors.push(CompositionError::new(ErrorCode::InterfaceObjectUsageError, name.as_str(), subgraphs, text));
    };
    if standing.is_empty() {
        return errors;
    }
    let all: Vec<&str> = standing.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
    if !plain.iter().any(|(_, ty)| ty.is_interface()) {
        if plain.is_empty() {
            let text = "no subgraph has an interface of this name: define it in one, or remove @interfaceObject";
            error(&all, text.to_owned());
            return errors;
        }
        let other: Vec<&str> = plain.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
        let text = format!(
            "@interfaceObject makes it an interface in {}, but it is none in {}: rename one, or remove @interfaceObject",
            all.join(", "),
            other.join(", ")
        );
        let all: Vec<&str> = all.into_iter().chain(other).collect();
        return vec![CompositionError::new(ErrorCode::TypeKindMismatch, name.as_str(), &all, text)];
    }
    for (subgraph, _) in standing {
        let behind = subgraphs.iter().flat_map(|other| marks::implementations(&other.schema, name));
        let own: BTreeSet<&str> =
            behind.filter(|object| subgraph.schema.types.contains_key(*object)).map(Name::as_str).collect();
        if !own.is_empty() {
            let own: Vec<&str> = own.into_iter().collect();
            let text = format!(
                "the interface object stands for all objects behind the interface, so the subgraph must not declare any: remove {}",
                own.join(", ")
            );
            error(&[&subgraph.name], text);
        }
    }
    errors
}

/// A subgraph that is asked for an interface by key must know all objects behind it.
fn interface_keys(subgraphs: &[SubgraphSchema], name: &Name, known: &Known<'_>) -> Vec<CompositionError> {
    let is_object = |other: &SubgraphSchema, object: &Name| other.schema.get_object(object).is_some();
    let behind: BTreeSet<&Name> = subgraphs
        .iter()
        .flat_map(|other| marks::implementations(&other.schema, name).filter(|object| is_object(other, object)))
        .collect();
    let mut errors = Vec::new();
    for (subgraph, ty) in known.iter().filter(|(_, ty)| ty.is_interface()) {
        let Some(key) = subgraph.keys(ty).into_iter().find(|key| key.resolvable) else { continue };
        let own: BTreeSet<&Name> = marks::implementations(&subgraph.schema, name).collect();
        let missing: Vec<&str> =
            behind.iter().filter(|object| !own.contains(*object)).map(|name| name.as_str()).collect();
        if !missing.is_empty() {
            let text = format!(
                "the subgraph resolves the interface by @key(fields: {:?}), so it must know all objects behind it: add {}",
                key.fields,
                missing.join(", ")
            );
            let code = ErrorCode::InterfaceKeyMissingImplementationType;
            errors.push(CompositionError::new(code, name.as_str(), &[&subgraph.name], text));
        }
    }
    errors
}
