//! Merges the fields of objects and interfaces, and writes which subgraph knows what of them.

use apollo_compiler::{Name, ast::Type, schema::ExtendedType};

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::{
        access::{self, Access},
        applied, external, inputs, interface_objects,
        model::{Definition, Merged, MergedField},
        override_from::{self, Override},
        sharing,
    },
    read::subgraph::{SubgraphSchema, is_root},
    text,
};

pub(in crate::compose) fn merge(
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
    hint_missing(ty, &names, definitions, merged);
    let standing = interface_objects::behind(schemas, definitions);
    let mut fields: Vec<_> =
        names.into_iter().filter_map(|name| field(schemas, ty, &name, definitions, &standing, merged)).collect();
    fields.extend(interface_objects::added(ty, &standing, &fields, merged));
    fields
}

/// A field of a value type that not all subgraphs with the type have.
fn hint_missing(ty: &Name, names: &[Name], definitions: &[Definition<'_>], merged: &mut Merged) {
    let is_entity = |definition: &Definition<'_>| !definition.subgraph.keys(definition.ty).is_empty();
    let entities = definitions.iter().filter(|definition| is_entity(definition)).count();
    if is_root(ty) || definitions.len() < 2 {
        return;
    }
    let is_interface = definitions.iter().any(|definition| definition.ty.is_interface());
    if entities > 0 {
        if is_interface {
            return;
        }
        let plain = definitions.iter().filter(|definition| !is_entity(definition));
        let plain: Vec<&str> = plain.map(|definition| definition.subgraph.name.as_str()).collect();
        if !plain.is_empty() {
            let text = "the type has a @key elsewhere, but none here";
            merged.hint(HintCode::InconsistentEntity, ty.as_str(), &plain, text);
        }
        return;
    }
    let code = match definitions.first().map(|definition| definition.ty) {
        Some(ExtendedType::Interface(_)) => HintCode::InconsistentInterfaceValueTypeField,
        _ => HintCode::InconsistentObjectValueTypeField,
    };
    for name in names {
        // Where a type is there for what others resolve, nothing of it is missing.
        let resolves = |definition: &&Definition<'_>| {
            definition.fields().iter().any(|field| !definition.subgraph.is_external(definition.ty, field))
        };
        let missing = definitions.iter().filter(|definition| definition.field(name).is_none()).filter(resolves);
        let missing: Vec<&str> = missing.map(|definition| definition.subgraph.name.as_str()).collect();
        if !missing.is_empty() {
            merged.hint(code, format!("{ty}.{name}"), &missing, "other subgraphs with the type have the field too");
        }
    }
}

fn field(
    schemas: &[SubgraphSchema],
    ty: &Name,
    name: &Name,
    definitions: &[Definition<'_>],
    standing: &[Definition<'_>],
    merged: &mut Merged,
) -> Option<MergedField> {
    let coordinate = format!("{ty}.{name}");
    let has = |definition: &&Definition<'_>| definition.field(name).is_some();
    let owners: Vec<Definition<'_>> = definitions.iter().filter(has).copied().collect();
    let overrides = override_from::all(schemas, &owners, ty, name, merged);
    let overridden = |subgraph: &SubgraphSchema| {
        let by_other = |(by, over): &(&SubgraphSchema, Override)| over.from == subgraph.name && by.name != over.from;
        overrides.iter().any(|known| by_other(known) && known.1.label.is_none())
    };
    let is_external =
        |owner: &Definition<'_>| owner.field(name).is_some_and(|field| owner.subgraph.is_external(owner.ty, field));
    let (external, known): (Vec<Definition<'_>>, Vec<Definition<'_>>) = owners.iter().copied().partition(is_external);
    let abstracted: Vec<_> = standing.iter().filter(has).filter(|owner| !is_external(owner)).copied().collect();
    let resolving: Vec<_> =
        known.iter().chain(&abstracted).copied().filter(|owner| !overridden(owner.subgraph)).collect();
    if resolving.is_empty() {
        // Where overrides took the field from everybody, they were refused already.
        if !known.is_empty() && merged.errors.iter().any(|error| error.coordinate == coordinate) {
            return None;
        }
        let names: Vec<&str> = owners.iter().map(|owner| owner.subgraph.name.as_str()).collect();
        let text = "the field is @external wherever it is declared: a subgraph must resolve it";
        merged.error(ErrorCode::ExternalMissingOnBase, coordinate, &names, text);
        return None;
    }
    let is_provided = |owner: &Definition<'_>| owner.subgraph.provided.contains(&(ty.clone(), name.clone()));
    let provided = external.iter().any(is_provided);
    override_from::abstracted(&overrides, standing, &coordinate, name, merged);
    sharing::check(&coordinate, name, &resolving, &overrides, provided, merged);
    // What is external says nothing of its own; it must agree with what is merged.
    let said = if known.is_empty() { &owners } else { &known };
    let result = result_type(schemas, &coordinate, name, said, merged)?;
    let arguments = inputs::arguments(&coordinate, name, said, merged);
    external::check(&coordinate, name, (&external, &known), (&result, &arguments), merged);
    // Every subgraph has a query root, even one that adds nothing to it.
    let known_in = if ty == "Query" { schemas.len() } else { definitions.len() };
    let mut directives = joins(name, schemas, known_in, &owners, &overrides, &result);
    // What an interface object hides of the objects behind it is hidden, whoever else has it.
    let hiding = abstracted.iter().filter_map(|owner| Some(access::demands(owner.applied(name)?)));
    let applied: Vec<_> = said.iter().filter_map(|owner| owner.applied(name)).chain(hiding).collect();
    directives.extend(applied::merge(&coordinate, &applied, merged));
    let access = Access::merge(&coordinate, &applied, merged);
    let descriptions =
        said.iter().map(|owner| (owner.subgraph, owner.field(name).and_then(|field| field.description.as_ref())));
    let description = merged.description(&coordinate, descriptions);
    Some(MergedField { name: name.clone(), description, arguments, ty: result, directives, access })
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
                // One of the two must say it all: where each is wider at its own depth, nobody has what would come out.
                let both = wider(schemas, &known, &field.ty).filter(|both| *both == known || *both == field.ty);
                if let Some(both) = both {
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
    let ty = result.as_ref()?;
    let other = owners.iter().filter(|owner| owner.field(name).is_some_and(|field| field.ty != *ty));
    let other: Vec<&str> = other.map(|owner| owner.subgraph.name.as_str()).collect();
    if !other.is_empty() {
        let text = format!("the type differs but is compatible; the supergraph has {ty}");
        merged.hint(HintCode::InconsistentButCompatibleFieldType, coordinate, &other, text);
    }
    result
}

/// The narrowest type that allows the values of both.
pub(in crate::compose) fn wider(schemas: &[SubgraphSchema], one: &Type, other: &Type) -> Option<Type> {
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
    schemas: &[SubgraphSchema],
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
                add(format!("{argument}: {}", text::string(&text::field_set(&fields))));
            }
        }
        // What overrides nobody is as if it did not.
        let over = override_from::of(subgraph, field);
        if let Some(over) = over.filter(|over| schemas.iter().any(|other| other.name == over.from)) {
            add(format!("override: {}", text::string(&over.from)));
            // A label decides between two; where the other has no field any more, there is nothing to decide.
            let mut others = owners.iter().filter(|other| other.subgraph.name == over.from);
            let is_contested =
                others.any(|other| other.field(name).is_some_and(|field| !other.subgraph.is_external(other.ty, field)));
            if let Some(label) = over.label.filter(|_| is_contested) {
                add(format!("overrideLabel: {}", text::string(&label)));
            }
        }
        if let Some((_, over)) = overrides.iter().find(|(_, over)| over.from == subgraph.name) {
            let key = (owner.ty.name().clone(), name.clone());
            let is_used = subgraph.used.contains(&key) || subgraph.is_interface_field(owner.ty, name);
            if is_used && !external {
                add("usedOverridden: true".into());
            }
            match &over.label {
                Some(label) => add(format!("overrideLabel: {}", text::string(label))),
                None if is_used => {}
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
