//! Root types of other names become `Query`, `Mutation` and `Subscription` wherever the subgraph mentions them, as in
//! the supergraph.

use apollo_compiler::{
    Name, Schema,
    ast::{OperationType, Type},
    schema::{ComponentName, ExtendedType},
};

use crate::compose::error::{CompositionError, ErrorCode};

const ROOTS: [(OperationType, &str, ErrorCode); 3] = [
    (OperationType::Query, "Query", ErrorCode::RootQueryUsed),
    (OperationType::Mutation, "Mutation", ErrorCode::RootMutationUsed),
    (OperationType::Subscription, "Subscription", ErrorCode::RootSubscriptionUsed),
];

/// Renames the roots.
///
/// # Errors
/// A type that is not a root has the name of one.
pub(in crate::compose) fn rename(schema: &mut Schema, subgraph: &str) -> Result<(), Vec<CompositionError>> {
    let mut errors = Vec::new();
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
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
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
