//! Merges the fields of objects and interfaces, and writes which subgraph knows what of them.

use apollo_compiler::{Name, ast::Type, schema::ExtendedType};

use super::{
    access,
    error::ErrorCode,
    inputs,
    model::{Definition, Merged, MergedField},
    override_from::{self, Override},
    subgraph::{SubgraphSchema, fields_of},
};

pub(super) fn merge(
    schemas: &[SubgraphSchema],
    ty: &Name,
    definitions: &[Definition<'_>],
    merged: &mut Merged,
) -> Vec<MergedField> {
    let mut names: Vec<Name> = Vec::new();
    for definition in definitions {
        let new = definition.fields().into_iter().map(|field| field.name.clone());
        let new: Vec<_> = new.filter(|name| !names.contains(name)).collect();
        names.extend(new);
    }
    let mut fields: Vec<_> =
        names.into_iter().filter_map(|name| field(schemas, ty, &name, definitions, merged)).collect();
    fields.extend(from_interface_objects(schemas, definitions, &fields));
    fields
}

fn field(
    schemas: &[SubgraphSchema],
    ty: &Name,
    name: &Name,
    definitions: &[Definition<'_>],
    merged: &mut Merged,
) -> Option<MergedField> {
    let coordinate = format!("{ty}.{name}");
    let owners: Vec<Definition<'_>> =
        definitions.iter().filter(|definition| definition.field(name).is_some()).copied().collect();
    let overrides = override_from::all(&owners, ty, name, merged);
    let overridden = |subgraph: &SubgraphSchema| {
        overrides.iter().any(|(_, over)| over.from == subgraph.name && over.label.is_none())
    };
    let resolving: Vec<_> = owners
        .iter()
        .filter(|owner| {
            let field = owner.field(name);
            !overridden(owner.subgraph) && field.is_some_and(|field| !owner.subgraph.is_external(owner.ty, field))
        })
        .copied()
        .collect();
    if resolving.is_empty() {
        let names: Vec<&str> = owners.iter().map(|owner| owner.subgraph.name.as_str()).collect();
        let text = "the field is @external wherever it is declared: a subgraph must resolve it";
        merged.error(ErrorCode::ExternalMissingOnBase, coordinate, &names, text);
        return None;
    }
    check_sharing(&coordinate, name, &resolving, &overrides, merged);
    let result = result_type(schemas, &coordinate, name, &owners, merged)?;
    let arguments = inputs::arguments(&coordinate, name, &owners, merged);
    // Every subgraph has a query root, even one that adds nothing to it.
    let known_in = if ty == "Query" { schemas.len() } else { definitions.len() };
    let mut directives = joins(name, known_in, &owners, &overrides, &result);
    let applied: Vec<_> = owners
        .iter()
        .filter_map(|owner| Some((owner.subgraph, owner.field(name)?.directives.iter().collect())))
        .collect();
    directives.extend(access::merge(&applied, merged));
    let description =
        owners.iter().find_map(|owner| owner.field(name)?.description.as_ref()).map(std::string::ToString::to_string);
    Some(MergedField { name: name.clone(), description, arguments, ty: result, directives })
}

/// What several subgraphs resolve must be marked `@shareable` in all of them.
fn check_sharing(
    coordinate: &str,
    name: &Name,
    resolving: &[Definition<'_>],
    overrides: &[(&SubgraphSchema, Override)],
    merged: &mut Merged,
) {
    let labelled = |subgraph: &SubgraphSchema| overrides.iter().any(|(_, over)| over.from == subgraph.name);
    let resolving: Vec<_> = resolving.iter().filter(|owner| !labelled(owner.subgraph)).collect();
    if resolving.len() < 2 || resolving.iter().any(|owner| !matches!(owner.ty, ExtendedType::Object(_))) {
        return;
    }
    let alone: Vec<&str> = resolving
        .iter()
        .filter(|owner| owner.field(name).is_some_and(|field| !owner.subgraph.is_shareable(owner.ty, field)))
        .map(|owner| owner.subgraph.name.as_str())
        .collect();
    if !alone.is_empty() {
        let text = format!(
            "{} subgraphs resolve the field, so each must mark it @shareable; it is not marked in: {}",
            resolving.len(),
            alone.join(", ")
        );
        merged.error(ErrorCode::InvalidFieldSharing, coordinate, &alone, text);
    }
}

/// The supergraph's type: nullable where any subgraph's is, and the widest of related names.
fn result_type(
    schemas: &[SubgraphSchema],
    coordinate: &str,
    name: &Name,
    owners: &[Definition<'_>],
    merged: &mut Merged,
) -> Option<Type> {
    let mut result: Option<Type> = None;
    for owner in owners {
        let Some(field) = owner.field(name) else { continue };
        result = match result {
            None => Some(field.ty.clone()),
            Some(known) => {
                if let Some(both) = wider(schemas, &known, &field.ty) {
                    Some(both)
                } else {
                    let names: Vec<&str> = owners.iter().map(|owner| owner.subgraph.name.as_str()).collect();
                    let text =
                        format!("it is {known} in one subgraph and {} in another: make the types equal", field.ty);
                    merged.error(ErrorCode::FieldTypeMismatch, coordinate, &names, text);
                    return None;
                }
            }
        };
    }
    result
}

/// The narrowest type that allows the values of both.
fn wider(schemas: &[SubgraphSchema], one: &Type, other: &Type) -> Option<Type> {
    let both_required = one.is_non_null() && other.is_non_null();
    let inner = match (one, other) {
        (Type::List(one) | Type::NonNullList(one), Type::List(other) | Type::NonNullList(other)) => {
            wider(schemas, one, other)?.list()
        }
        (Type::Named(one) | Type::NonNullNamed(one), Type::Named(other) | Type::NonNullNamed(other)) => {
            let includes = |wide: &Name, narrow: &Name| {
                wide == narrow || schemas.iter().any(|subgraph| subgraph.schema.is_subtype(wide, narrow))
            };
            if includes(one, other) {
                Type::Named(one.clone())
            } else if includes(other, one) {
                Type::Named(other.clone())
            } else {
                return None;
            }
        }
        _ => return None,
    };
    Some(if both_required { inner.non_null() } else { inner })
}

/// The `@join__field`s; none where every subgraph of the type resolves the field in the same plain way.
fn joins(
    name: &Name,
    known_in: usize,
    owners: &[Definition<'_>],
    overrides: &[(&SubgraphSchema, Override)],
    result: &Type,
) -> Vec<String> {
    let mut plain = owners.len() == known_in;
    let mut joins = Vec::new();
    for owner in owners {
        let subgraph = owner.subgraph;
        let Some(field) = owner.field(name) else { continue };
        let mut rest = String::new();
        let mut add = |text: String| {
            rest.push_str(", ");
            rest.push_str(&text);
        };
        if field.ty != *result {
            add(format!("type: \"{}\"", field.ty));
        }
        let external = subgraph.is_external(owner.ty, field);
        if external {
            add("external: true".into());
        }
        for (argument, set) in [("requires", "requires"), ("provides", "provides")] {
            if let Some(fields) = subgraph.field_set(field, set) {
                add(format!("{argument}: {:?}", fields.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
        if let Some(over) = override_from::of(subgraph, field) {
            add(format!("override: {:?}", over.from));
            if let Some(label) = over.label {
                add(format!("overrideLabel: {label:?}"));
            }
        }
        if let Some((_, over)) = overrides.iter().find(|(_, over)| over.from == subgraph.name) {
            let key = (owner.ty.name().clone(), name.clone());
            match &over.label {
                Some(label) => add(format!("usedOverridden: true, overrideLabel: {label:?}")),
                None if subgraph.used.contains(&key) || is_interface_field(owner, name) => {
                    add("usedOverridden: true".into());
                }
                None => {
                    plain = false;
                    continue;
                }
            }
        }
        plain &= rest.is_empty();
        joins.push(format!("@join__field(graph: {}{rest})", subgraph.graph));
    }
    if plain { Vec::new() } else { joins }
}

/// Whether the field is there because an interface of the type demands it.
fn is_interface_field(owner: &Definition<'_>, name: &Name) -> bool {
    let ExtendedType::Object(object) = owner.ty else { return false };
    object.implements_interfaces.iter().any(|interface| {
        owner
            .subgraph
            .schema
            .get_interface(&interface.name)
            .is_some_and(|interface| interface.fields.contains_key(name))
    })
}

/// Fields that an interface object adds to an interface belong to its implementations too.
fn from_interface_objects(
    schemas: &[SubgraphSchema],
    definitions: &[Definition<'_>],
    known: &[MergedField],
) -> Vec<MergedField> {
    let mut added: Vec<MergedField> = Vec::new();
    let implemented = definitions.iter().filter_map(|definition| match definition.ty {
        ExtendedType::Object(object) => Some(&object.implements_interfaces),
        _ => None,
    });
    for interface in implemented.flatten() {
        for subgraph in schemas {
            let Some(ty) = subgraph.schema.types.get(&interface.name) else { continue };
            if !subgraph.is_interface_object(ty) {
                continue;
            }
            for field in fields_of(ty) {
                let is_known = |fields: &[MergedField]| fields.iter().any(|known| known.name == field.name);
                if is_known(known) || is_known(&added) || subgraph.is_external(ty, field) {
                    continue;
                }
                let arguments = field.arguments.iter().map(inputs::plain).collect();
                added.push(MergedField {
                    name: field.name.clone(),
                    description: field.description.as_ref().map(std::string::ToString::to_string),
                    arguments,
                    ty: field.ty.clone(),
                    directives: vec!["@join__field".into()],
                });
            }
        }
    }
    added
}
