//! Root types of other names become `Query`, `Mutation` and `Subscription` wherever the subgraph mentions them, as in
//! the supergraph.

use apollo_compiler::{
    Name, Node, Schema,
    ast::{Directive, OperationType, Selection, Type, Value},
    schema::{ComponentName, ExtendedType},
};

use crate::{
    compose::{
        error::{CompositionError, ErrorCode},
        read::directives::DirectiveNames,
    },
    graph::parse_field_set,
};

const ROOTS: [(OperationType, &str, ErrorCode); 3] = [
    (OperationType::Query, "Query", ErrorCode::RootQueryUsed),
    (OperationType::Mutation, "Mutation", ErrorCode::RootMutationUsed),
    (OperationType::Subscription, "Subscription", ErrorCode::RootSubscriptionUsed),
];

/// Renames the roots, and returns their names in the supergraph and in the subgraph.
///
/// # Errors
/// A type that is not a root has the name of one.
pub(in crate::compose) fn rename(
    schema: &mut Schema,
    names: &DirectiveNames,
    subgraph: &str,
) -> Result<Vec<(Name, Name)>, Vec<CompositionError>> {
    let (mut renamed, mut errors) = (Vec::new(), Vec::new());
    for (operation, canonical, code) in ROOTS {
        let Some(local) = schema.root_operation(operation).cloned() else { continue };
        if local == canonical {
            continue;
        }
        if schema.types.contains_key(canonical) {
            let text = format!(
                "{local} is the root of this subgraph's {operation}, so {canonical} must not be another type: rename one"
            );
            errors.push(CompositionError::new(code, canonical, &[subgraph], text));
            continue;
        }
        let to = Name::new_static(canonical).expect("a plain name");
        rename_one(schema, &local, &to);
        rename_in_selections(schema, names, &local, &to);
        renamed.push((to, local));
    }
    if errors.is_empty() { Ok(renamed) } else { Err(errors) }
}

fn rename_one(schema: &mut Schema, from: &Name, to: &Name) {
    for ty in schema.types.values_mut() {
        match ty {
            ExtendedType::Object(object) => {
                let object = object.make_mut();
                if object.name == *from {
                    object.name = to.clone();
                }
                object.fields.values_mut().for_each(|field| rename_in(&mut field.make_mut().ty, from, to));
            }
            ExtendedType::Interface(interface) => {
                let fields = &mut interface.make_mut().fields;
                fields.values_mut().for_each(|field| rename_in(&mut field.make_mut().ty, from, to));
            }
            ExtendedType::Union(union) if union.members.contains(from) => {
                let members = &mut union.make_mut().members;
                let renamed = |member: &ComponentName| {
                    if member.name == *from { ComponentName::from(to.clone()) } else { member.clone() }
                };
                *members = members.iter().map(renamed).collect();
            }
            _ => {}
        }
    }
    let types = std::mem::take(&mut schema.types).into_iter();
    schema.types = types.map(|(name, ty)| (if name == *from { to.clone() } else { name }, ty)).collect();
    let roots = schema.schema_definition.make_mut();
    for root in [&mut roots.query, &mut roots.mutation, &mut roots.subscription].into_iter().flatten() {
        if root.name == *from {
            *root = ComponentName::from(to.clone());
        }
    }
}

/// The same for the fragments in what keys, `@requires` and `@provides` select.
fn rename_in_selections(schema: &mut Schema, names: &DirectiveNames, from: &Name, to: &Name) {
    for ty in schema.types.values_mut() {
        let (directives, fields) = match ty {
            ExtendedType::Object(object) => {
                let object = object.make_mut();
                (&mut object.directives, &mut object.fields)
            }
            ExtendedType::Interface(interface) => {
                let interface = interface.make_mut();
                (&mut interface.directives, &mut interface.fields)
            }
            _ => continue,
        };
        let on_fields = fields.values_mut().flat_map(|field| &mut field.make_mut().directives.0);
        for directive in directives.0.iter_mut().map(|component| &mut component.node).chain(on_fields) {
            if names.canonical(&directive.name).is_some_and(|name| ["key", "requires", "provides"].contains(&name)) {
                rename_in_selection(directive, from, to);
            }
        }
    }
}

fn rename_in_selection(directive: &mut Node<Directive>, from: &Name, to: &Name) {
    let selected = directive.specified_argument_by_name("fields").and_then(|value| value.as_str());
    // What cannot be read is refused elsewhere, as it is written.
    let Some(mut set) = selected.and_then(|text| Some(parse_field_set(text).ok()?.to_vec())) else { return };
    if rename_fragments(&mut set, from, to) {
        let written: Vec<String> = set.iter().map(|known| known.serialize().no_indent().to_string()).collect();
        let fields = directive.make_mut().arguments.iter_mut().find(|argument| argument.name == "fields");
        if let Some(fields) = fields {
            fields.make_mut().value = Node::new(Value::String(written.join(" ")));
        }
    }
}

/// Whether there was anything to rename.
fn rename_fragments(selections: &mut [Selection], from: &Name, to: &Name) -> bool {
    let mut renamed = false;
    for selection in selections {
        let below = match selection {
            Selection::Field(field) if !field.selection_set.is_empty() => &mut field.make_mut().selection_set,
            Selection::InlineFragment(fragment) => {
                let fragment = fragment.make_mut();
                if fragment.type_condition.as_ref() == Some(from) {
                    fragment.type_condition = Some(to.clone());
                    renamed = true;
                }
                &mut fragment.selection_set
            }
            _ => continue,
        };
        renamed |= rename_fragments(below, from, to);
    }
    renamed
}

fn rename_in(ty: &mut Type, from: &Name, to: &Name) {
    match ty {
        Type::Named(name) | Type::NonNullNamed(name) => {
            if name == from {
                *name = to.clone();
            }
        }
        Type::List(inner) | Type::NonNullList(inner) => rename_in(inner, from, to),
    }
}
