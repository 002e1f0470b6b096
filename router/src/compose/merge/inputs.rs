//! Merges what goes in: arguments and input objects, by intersection.

use apollo_compiler::{
    Name, Node,
    ast::{InputValueDefinition, Type, Value},
    schema::ExtendedType,
};
use indexmap::IndexMap;

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::{
        applied,
        model::{Definition, Merged, MergedInput, Usage},
    },
    read::subgraph::{SubgraphSchema, fields_of},
};

/// Which types go in and which come out, over all subgraphs.
pub(in crate::compose) fn usages(schemas: &[SubgraphSchema], merged: &Merged) -> IndexMap<Name, Usage> {
    let mut usages: IndexMap<Name, Usage> = IndexMap::new();
    let composed = merged.composed.values().flat_map(|known| &known.definition.arguments).map(|known| &*known.ty);
    let executable = merged.executables.iter().flat_map(|known| &known.arguments).map(|known| &known.ty);
    for ty in composed.chain(executable) {
        usages.entry(ty.inner_named_type().clone()).or_default().input = true;
    }
    for subgraph in schemas {
        for ty in subgraph.schema.types.values() {
            for field in fields_of(ty) {
                usages.entry(field.ty.inner_named_type().clone()).or_default().output = true;
                for argument in &field.arguments {
                    usages.entry(argument.ty.inner_named_type().clone()).or_default().input = true;
                }
            }
            if let ExtendedType::InputObject(input) = ty {
                for field in input.fields.values() {
                    usages.entry(field.ty.inner_named_type().clone()).or_default().input = true;
                }
            }
        }
    }
    usages
}

type Owner<'s> = (&'s SubgraphSchema, &'s Node<InputValueDefinition>);

/// The arguments that every subgraph with the field has.
pub(in crate::compose) fn arguments(
    coordinate: &str,
    field: &Name,
    owners: &[Definition<'_>],
    merged: &mut Merged,
) -> Vec<MergedInput> {
    let known: Vec<_> = owners.iter().filter_map(|owner| Some((owner.subgraph, owner.field(field)?))).collect();
    let lists: Vec<(&SubgraphSchema, Vec<&Node<InputValueDefinition>>)> =
        known.iter().map(|(subgraph, field)| (*subgraph, field.arguments.iter().collect())).collect();
    common_arguments(coordinate, &lists, merged)
}

/// The arguments that all lists have, of the field or directive at `coordinate`.
pub(in crate::compose) fn common_arguments(
    coordinate: &str,
    lists: &[(&SubgraphSchema, Vec<&Node<InputValueDefinition>>)],
    merged: &mut Merged,
) -> Vec<MergedInput> {
    let codes = Codes {
        types: ErrorCode::FieldArgumentTypeMismatch,
        defaults: ErrorCode::FieldArgumentDefaultMismatch,
        missing: ErrorCode::RequiredArgumentMissingInSomeSubgraph,
        dropped: HintCode::InconsistentArgumentPresence,
        types_differ: HintCode::InconsistentButCompatibleArgumentType,
    };
    intersection(lists, |name| format!("{coordinate}({name}:)"), &codes, false, merged)
}

/// The fields that every subgraph with the input object has.
pub(in crate::compose) fn fields(name: &Name, definitions: &[Definition<'_>], merged: &mut Merged) -> Vec<MergedInput> {
    let lists: Vec<(&SubgraphSchema, Vec<&Node<InputValueDefinition>>)> = definitions
        .iter()
        .filter_map(|definition| match definition.ty {
            ExtendedType::InputObject(input) => {
                Some((definition.subgraph, input.fields.values().map(|component| &component.node).collect()))
            }
            _ => None,
        })
        .collect();
    let codes = Codes {
        types: ErrorCode::FieldTypeMismatch,
        defaults: ErrorCode::InputFieldDefaultMismatch,
        missing: ErrorCode::RequiredInputFieldMissingInSomeSubgraph,
        dropped: HintCode::InconsistentInputObjectField,
        types_differ: HintCode::InconsistentButCompatibleFieldType,
    };
    let errors = merged.errors.len();
    let fields = intersection(&lists, |field| format!("{name}.{field}"), &codes, true, merged);
    // Where no field is left because of errors, those say why.
    if fields.is_empty() && merged.errors.len() == errors {
        let names: Vec<&str> = definitions.iter().map(|definition| definition.subgraph.name.as_str()).collect();
        let text = "no field is known to all subgraphs that have this input object: add a common one";
        merged.error(ErrorCode::EmptyMergedInputType, name.as_str(), &names, text);
    }
    fields
}

struct Codes {
    types: ErrorCode,
    defaults: ErrorCode,
    missing: ErrorCode,
    /// What is told where something optional is not known to all.
    dropped: HintCode,
    /// What is told where the types differ but one includes the other.
    types_differ: HintCode,
}

fn intersection(
    lists: &[(&SubgraphSchema, Vec<&Node<InputValueDefinition>>)],
    coordinate: impl Fn(&Name) -> String,
    codes: &Codes,
    join: bool,
    merged: &mut Merged,
) -> Vec<MergedInput> {
    let mut names: Vec<&Name> = Vec::new();
    for value in lists.iter().flat_map(|(_, values)| values) {
        if !names.contains(&&value.name) {
            names.push(&value.name);
        }
    }
    let mut common = Vec::new();
    for name in names {
        let owners: Vec<Owner<'_>> = lists
            .iter()
            .filter_map(|(subgraph, values)| {
                values.iter().find(|value| value.name == *name).map(|value| (*subgraph, *value))
            })
            .collect();
        if owners.len() < lists.len() {
            let missing = lists.iter().map(|(subgraph, _)| subgraph.name.as_str());
            let missing: Vec<&str> =
                missing.filter(|name| !owners.iter().any(|(owner, _)| owner.name == *name)).collect();
            let requiring = owners.iter().filter(|(_, value)| value.is_required());
            let requiring: Vec<&str> = requiring.map(|(subgraph, _)| subgraph.name.as_str()).collect();
            if requiring.is_empty() {
                let text = "it is unknown in some subgraphs, so the supergraph has it not: add it there";
                merged.hint(codes.dropped, coordinate(name), &missing, text);
            } else {
                let text = format!(
                    "it is required in {} and unknown in {}: add it there, or make it optional",
                    requiring.join(", "),
                    missing.join(", ")
                );
                merged.error(codes.missing, coordinate(name), &missing, text);
            }
            continue;
        }
        common.extend(one(name, &owners, &coordinate(name), codes, join, merged));
    }
    common
}

fn one(
    name: &Name,
    owners: &[Owner<'_>],
    coordinate: &str,
    codes: &Codes,
    join: bool,
    merged: &mut Merged,
) -> Option<MergedInput> {
    let subgraphs: Vec<&str> = owners.iter().map(|(subgraph, _)| subgraph.name.as_str()).collect();
    let (_, first) = owners.first()?;
    let mut ty: Type = (*first.ty).clone();
    for (_, value) in owners {
        // As for fields, one of the two must be what both accept.
        let both = narrower(&ty, &value.ty).filter(|both| *both == ty || both == &*value.ty);
        let Some(both) = both else {
            let text = format!("it is {ty} in one subgraph and {} in another: make the types equal", value.ty);
            merged.error(codes.types, coordinate, &subgraphs, text);
            return None;
        };
        ty = both;
    }
    if owners.iter().any(|(_, value)| *value.ty != ty) {
        let text = format!("the type differs but is compatible; the supergraph has {ty}");
        merged.hint(codes.types_differ, coordinate, &subgraphs, text);
    }
    let default = default(owners, coordinate, codes, merged);
    let mut directives = Vec::new();
    if join && owners.iter().any(|(_, value)| *value.ty != ty) {
        for (subgraph, value) in owners {
            directives.push(format!("@join__field(graph: {}, type: \"{}\")", subgraph.graph, value.ty));
        }
    }
    let applied: Vec<_> =
        owners.iter().map(|(subgraph, value)| (*subgraph, value.directives.iter().collect())).collect();
    directives.extend(applied::merge(coordinate, &applied, merged));
    let descriptions = owners.iter().map(|(subgraph, value)| (*subgraph, value.description.as_ref()));
    let description = merged.description(coordinate, descriptions);
    Some(MergedInput { name: name.clone(), description, ty, default, directives })
}

/// The default that all have; none where only some have one.
fn default(owners: &[Owner<'_>], coordinate: &str, codes: &Codes, merged: &mut Merged) -> Option<Node<Value>> {
    let with =
        owners.iter().filter_map(|(subgraph, value)| Some((subgraph.name.as_str(), value.default_value.as_ref()?)));
    let with: Vec<(&str, &Node<Value>)> = with.collect();
    let (_, default) = with.first()?;
    let subgraphs: Vec<&str> = with.iter().map(|(name, _)| *name).collect();
    if with.iter().any(|(_, other)| !same_value(other, default)) {
        merged.error(codes.defaults, coordinate, &subgraphs, "the default values differ: make them equal");
    } else if with.len() < owners.len() {
        let text = "only some subgraphs have a default value, so the supergraph has none: give all the same, or none";
        merged.hint(HintCode::InconsistentDefaultValuePresence, coordinate, &subgraphs, text);
        return None;
    }
    Some((*default).clone())
}

/// Whether two values are one: the order of an object's fields says nothing, nor how a number is written.
pub(in crate::compose) fn same_value(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Int(number) => number.as_str().parse::<f64>().ok(),
        Value::Float(number) => number.as_str().parse().ok(),
        _ => None,
    };
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_value(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value): &(Name, Node<Value>)| {
                other.iter().any(|(known, other)| known == name && same_value(value, other))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) if one != other => {
            // Whole numbers beyond what a float holds exactly are equal only if they are written the same.
            let exact = |value: &f64| value.abs() < 9e15;
            number(one).filter(exact).is_some_and(|known| number(other) == Some(known))
        }
        _ => one == other,
    }
}

/// The type that both accept: required where either requires it.
pub(in crate::compose) fn narrower(one: &Type, other: &Type) -> Option<Type> {
    let required = one.is_non_null() || other.is_non_null();
    let inner = match (one, other) {
        (Type::List(one) | Type::NonNullList(one), Type::List(other) | Type::NonNullList(other)) => {
            narrower(one, other)?.list()
        }
        (Type::Named(one) | Type::NonNullNamed(one), Type::Named(other) | Type::NonNullNamed(other))
            if one == other =>
        {
            Type::Named(one.clone())
        }
        _ => return None,
    };
    Some(if required { inner.non_null() } else { inner })
}
