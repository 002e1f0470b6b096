//! Which fields of a subgraph its keys, `@requires` and `@provides` mention.

use std::collections::BTreeSet;

use apollo_compiler::{Name, Schema, ast::Selection, schema::ExtendedType};

use crate::compose::read::subgraph::{SubgraphSchema, field_of, fields_of};
use crate::graph::parse_field_set;

/// `Type.field`s.
pub(in crate::compose) type Fields = BTreeSet<(Name, Name)>;

/// The fields that keys mention, on all levels.
pub(in crate::compose) fn in_keys(subgraph: &SubgraphSchema) -> Fields {
    let mut found = Fields::new();
    for ty in subgraph.schema.types.values() {
        for key in subgraph.keys(ty) {
            mark(&subgraph.schema, ty.name(), &key.fields, &mut found);
        }
    }
    found
}

/// The fields of each type that its own keys mention.
pub(in crate::compose) fn key_fields(subgraph: &SubgraphSchema) -> Fields {
    let mut found = Fields::new();
    for ty in subgraph.schema.types.values() {
        let sets = subgraph.keys(ty).into_iter().filter_map(|key| parse_field_set(&key.fields).ok());
        for set in sets {
            let names = set.iter().filter_map(|selection| selection.as_field()).map(|field| field.name.clone());
            found.extend(names.map(|name| (ty.name().clone(), name)));
        }
    }
    found
}

/// The fields that `@provides` mentions.
pub(in crate::compose) fn provided(subgraph: &SubgraphSchema) -> Fields {
    let mut found = Fields::new();
    for field in subgraph.schema.types.values().flat_map(fields_of) {
        if let Some(fields) = subgraph.field_set(field, "provides") {
            mark(&subgraph.schema, field.ty.inner_named_type(), &fields, &mut found);
        }
    }
    found
}

/// The fields that keys, `@requires` and `@provides` mention.
pub(in crate::compose) fn used(subgraph: &SubgraphSchema) -> Fields {
    let mut found = in_keys(subgraph);
    for ty in subgraph.schema.types.values() {
        for field in fields_of(ty) {
            let sets = [("requires", ty.name()), ("provides", field.ty.inner_named_type())];
            for (directive, on) in sets {
                if let Some(fields) = subgraph.field_set(field, directive) {
                    mark(&subgraph.schema, on, &fields, &mut found);
                }
            }
        }
    }
    found
}

/// Marks what a selection mentions. One that cannot be read mentions nothing: it is refused elsewhere.
fn mark(schema: &Schema, ty: &Name, fields: &str, found: &mut Fields) {
    if let Ok(set) = parse_field_set(fields) {
        mark_all(schema, ty, &set, found);
    }
}

fn mark_all(schema: &Schema, ty: &Name, selections: &[Selection], found: &mut Fields) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                found.insert((ty.clone(), field.name.clone()));
                // What is asked of an interface is asked of the objects behind it.
                found.extend(implementations(schema, ty).map(|object| (object.clone(), field.name.clone())));
                let known = schema.types.get(ty).and_then(|ty| field_of(ty, &field.name));
                if let Some(known) = known {
                    mark_all(schema, known.ty.inner_named_type(), &field.selection_set, found);
                }
            }
            Selection::InlineFragment(fragment) => {
                let ty = fragment.type_condition.as_ref().unwrap_or(ty);
                mark_all(schema, ty, &fragment.selection_set, found);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The types that implement `interface` in this schema.
pub(in crate::compose) fn implementations<'s>(schema: &'s Schema, interface: &str) -> impl Iterator<Item = &'s Name> {
    let implements = move |ty: &&ExtendedType| match ty {
        ExtendedType::Object(object) => object.implements_interfaces.iter().any(|known| known.name == interface),
        ExtendedType::Interface(own) => own.implements_interfaces.iter().any(|known| known.name == interface),
        _ => false,
    };
    schema.types.values().filter(implements).map(ExtendedType::name)
}
