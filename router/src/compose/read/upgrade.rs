//! Federation 1 subgraphs, rewritten to say in Federation 2's terms what they mean.
//!
//! Federation 1 let much stand that has no effect; Federation 2 refuses it. What has no effect is dropped here, so
//! that a legal Federation 1 schema is never refused and all that follows knows one federation only.

use std::collections::BTreeSet;

use apollo_compiler::{
    Name, Node,
    ast::{Argument, Directive, FieldDefinition, Selection, Value},
    schema::ExtendedType,
};

use crate::compose::{
    check,
    error::{CompositionError, ErrorCode},
    hint::{Hint, HintCode},
    read::{
        marks::{self, Fields},
        subgraph::{SubgraphSchema, field_of, fields_of, is_root},
    },
};
use crate::graph::parse_field_set;

/// Rewrites every Federation 1 subgraph.
///
/// # Errors
/// A type of which nothing is left.
pub(in crate::compose) fn all(subgraphs: &mut [SubgraphSchema], hints: &mut Vec<Hint>) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    if subgraphs.iter().all(|subgraph| subgraph.names.federation_2()) {
        return errors;
    }
    let keys: Vec<Fields> = subgraphs.iter().map(marks::key_fields).collect();
    let tags: Vec<Tags> = subgraphs.iter().map(tags).collect();
    let any_2 = subgraphs.iter().any(|subgraph| subgraph.names.federation_2());
    for (index, subgraph) in subgraphs.iter_mut().enumerate().filter(|(_, known)| !known.names.federation_2()) {
        let others = |other: &usize| *other != index;
        let keys = keys.iter().enumerate().filter(|(other, _)| others(other));
        let keys: Fields = keys.flat_map(|(_, fields)| fields.iter().cloned()).collect();
        let tags = tags.iter().enumerate().filter(|(other, _)| others(other));
        let tags: Tags = tags.flat_map(|(_, tags)| tags.iter().cloned()).collect();
        errors.extend(one(subgraph, &keys, &tags));
        if any_2 {
            let text =
                "the subgraph links no version of federation, so it was read as Federation 1: link v2.x to choose";
            hints.push(Hint::new(HintCode::ImplicitlyUpgradedFederationVersion, "", &[&subgraph.name], text));
        }
    }
    errors
}

/// Types, their fields that are resolved, and a tag of each.
type Tags = BTreeSet<(Name, Name, String)>;

fn tags(subgraph: &SubgraphSchema) -> Tags {
    let mut tags = Tags::new();
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty).into_iter().filter(|field| !subgraph.is_external(ty, field)) {
            let names = subgraph.on_field(field, "tag").filter_map(|tag| tag_of(tag));
            tags.extend(names.map(|tag| (ty.name().clone(), field.name.clone(), tag.to_owned())));
        }
    }
    tags
}

fn tag_of(tag: &Directive) -> Option<&str> {
    tag.specified_argument_by_name("name")?.as_str()
}

fn one(subgraph: &mut SubgraphSchema, keys_of_others: &Fields, tags_of_others: &Tags) -> Vec<CompositionError> {
    drop_from_interfaces(subgraph);
    drop_from_extensions(subgraph, keys_of_others);
    drop_without_effect(subgraph);
    subgraph.mark();
    let errors = drop_unused(subgraph, tags_of_others);
    subgraph.mark();
    errors
}

/// Nothing but objects has keys, or fields that could be external, required or provided.
fn drop_from_interfaces(subgraph: &mut SubgraphSchema) {
    let SubgraphSchema { schema, names, .. } = subgraph;
    for ty in schema.types.values_mut() {
        match ty {
            ExtendedType::Interface(interface) => {
                let interface = interface.make_mut();
                interface.directives.0.retain(|known| names.canonical(&known.name) != Some("key"));
                for field in interface.fields.values_mut() {
                    let dropped = ["external", "requires", "provides"];
                    let keep = |name: &Name| names.canonical(name).is_none_or(|name| !dropped.contains(&name));
                    field.make_mut().directives.0.retain(|known| keep(&known.name));
                }
            }
            ExtendedType::Object(object) => {
                object.make_mut().directives.0.retain(|known| names.canonical(&known.name) != Some("external"));
            }
            _ => {}
        }
    }
}

/// The fields of an extension's keys are external in name only; if it has no key, those of the other subgraphs' keys.
/// What the keys select below them is not: that belongs to other types.
fn drop_from_extensions(subgraph: &mut SubgraphSchema, keys_of_others: &Fields) {
    let mut resolved = BTreeSet::new();
    for ty in subgraph.schema.types.values().filter(|ty| subgraph.is_extension(ty) || is_root(ty.name())) {
        let has_key = !subgraph.keys(ty).is_empty();
        for field in fields_of(ty) {
            let coordinate = (ty.name().clone(), field.name.clone());
            let is_key =
                if has_key { subgraph.is_key_field(ty, &field.name) } else { keys_of_others.contains(&coordinate) };
            if is_key {
                resolved.insert(coordinate);
            }
        }
    }
    rewrite(subgraph, |names, ty, field| {
        if resolved.contains(&(ty.clone(), field.name.clone())) {
            field.directives.0.retain(|known| names.canonical(&known.name) != Some("external"));
        }
    });
}

/// `@provides` of what has no fields, and selections in `@provides` and `@requires` of what is resolved here.
fn drop_without_effect(subgraph: &mut SubgraphSchema) {
    // What is left of a directive's selection, if anything.
    let mut effective = Vec::new();
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty) {
            let sets = [("requires", ty.name()), ("provides", field.ty.inner_named_type())];
            for (directive, on) in sets {
                let Some(set) = subgraph.field_set(field, directive) else { continue };
                let Ok(selections) = parse_field_set(&set) else { continue };
                let mut left = selections.to_vec();
                if subgraph.schema.types.get(on).is_some_and(check::is_composite) {
                    keep_external(subgraph, on, &mut left);
                } else {
                    left.clear();
                }
                if left != selections.to_vec() {
                    let written: Vec<String> =
                        left.iter().map(|known| known.serialize().no_indent().to_string()).collect();
                    let written = (!left.is_empty()).then(|| written.join(" "));
                    effective.push(((ty.name().clone(), field.name.clone(), directive), written));
                }
            }
        }
    }
    rewrite(subgraph, |names, ty, field| {
        for ((_, _, name), left) in effective.iter().filter(|((on, own, _), _)| on == ty && *own == field.name) {
            if left.is_none() {
                field.directives.0.retain(|known| names.canonical(&known.name) != Some(name));
            }
            let Some(left) = left else { continue };
            for directive in field.directives.0.iter_mut().filter(|known| names.canonical(&known.name) == Some(name)) {
                let value = Node::new(Value::String(left.clone()));
                let argument = Argument { name: Name::new_static("fields").expect("a plain name"), value };
                directive.make_mut().arguments = vec![Node::new(argument)];
            }
        }
    });
}

/// Leaves of a selection those that another subgraph resolves.
fn keep_external(subgraph: &SubgraphSchema, on: &Name, selections: &mut Vec<Selection>) {
    selections.retain_mut(|selection| match selection {
        Selection::Field(field) => {
            let Some(ty) = subgraph.schema.types.get(on) else { return true };
            let Some(known) = field_of(ty, &field.name) else { return field.name != "__typename" };
            let behind = marks::implementations(&subgraph.schema, on);
            let mut behind = behind.filter_map(|object| subgraph.schema.types.get(object));
            let external =
                |ty: &ExtendedType| field_of(ty, &field.name).is_some_and(|field| subgraph.is_external(ty, field));
            if external(ty) || behind.any(external) {
                return true;
            }
            if field.selection_set.is_empty() {
                return false;
            }
            let below = &mut field.make_mut().selection_set;
            keep_external(subgraph, known.ty.inner_named_type(), below);
            !below.is_empty()
        }
        Selection::InlineFragment(fragment) => {
            let fragment = fragment.make_mut();
            let on = fragment.type_condition.clone().unwrap_or_else(|| on.clone());
            keep_external(subgraph, &on, &mut fragment.selection_set);
            !fragment.selection_set.is_empty()
        }
        Selection::FragmentSpread(_) => true,
    });
}

/// External fields that nothing uses, and on those that stay each `@tag` that they have where they are resolved, too.
fn drop_unused(subgraph: &mut SubgraphSchema, tags_of_others: &Tags) -> Vec<CompositionError> {
    let (mut unused, mut external) = (BTreeSet::new(), BTreeSet::new());
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty).into_iter().filter(|field| subgraph.is_external(ty, field)) {
            let needed = check::is_needed(subgraph, ty, &field.name);
            let found = if needed { &mut external } else { &mut unused };
            found.insert((ty.name().clone(), field.name.clone()));
        }
    }
    rewrite(subgraph, |names, ty, field| {
        if external.contains(&(ty.clone(), field.name.clone())) {
            let is_said = |tag: &str| tags_of_others.contains(&(ty.clone(), field.name.clone(), tag.to_owned()));
            let is_needless =
                |known: &Directive| names.canonical(&known.name) == Some("tag") && tag_of(known).is_some_and(is_said);
            field.directives.0.retain(|known| !is_needless(known));
        }
    });
    let mut errors = Vec::new();
    for ty in subgraph.schema.types.values_mut() {
        let ExtendedType::Object(object) = ty else { continue };
        let own = object.name.clone();
        if !object.fields.keys().any(|field| unused.contains(&(own.clone(), field.clone()))) {
            continue;
        }
        let object = object.make_mut();
        object.fields.retain(|field, _| !unused.contains(&(own.clone(), field.clone())));
        if object.fields.is_empty() {
            let text = "the type has @external fields only, and nothing uses them: remove the type, or use a field";
            let code = ErrorCode::TypeWithOnlyUnusedExternal;
            errors.push(CompositionError::new(code, own.as_str(), &[&subgraph.name], text));
        }
    }
    errors
}

/// Lets `change` see every field of every object.
fn rewrite(
    subgraph: &mut SubgraphSchema,
    change: impl Fn(&super::directives::DirectiveNames, &Name, &mut FieldDefinition),
) {
    for ty in subgraph.schema.types.values_mut() {
        let ExtendedType::Object(object) = ty else { continue };
        let own = object.name.clone();
        for field in object.make_mut().fields.values_mut() {
            change(&subgraph.names, &own, field.make_mut());
        }
    }
}
