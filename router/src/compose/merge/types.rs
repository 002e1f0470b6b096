//! Merges the types of all subgraphs, name by name.

use apollo_compiler::{Name, schema::ExtendedType};
use indexmap::IndexMap;

use crate::{
    compose::{
        error::ErrorCode,
        hint::HintCode,
        merge::{
            access::{self, Access},
            applied, fields, inputs,
            model::{Body, Definition, Merged, MergedType, Usage},
            value_types,
        },
        read::subgraph::{SubgraphSchema, is_only_extended, is_root},
        text,
    },
    graph::ROOT_NAME,
};

pub(in crate::compose) fn merge(schemas: &[SubgraphSchema], merged: &mut Merged) {
    let mut by_name: IndexMap<Name, Vec<Definition<'_>>> = IndexMap::new();
    for subgraph in schemas {
        for (name, ty) in &subgraph.schema.types {
            by_name.entry(name.clone()).or_default().push(Definition { subgraph, ty });
        }
    }
    by_name.sort_keys();
    if !by_name.contains_key("Query") {
        merged.error(ErrorCode::NoQueries, "Query", &[], "no subgraph has a query: there is nothing to ask");
    }
    let on_schema = schemas.iter().map(|subgraph| {
        let directives = subgraph.schema.schema_definition.directives.iter().map(|component| &component.node);
        (subgraph, directives.collect::<Vec<_>>())
    });
    merged.directives = applied::merge("", &on_schema.collect::<Vec<_>>(), merged);
    let about = schemas.iter().map(|subgraph| (subgraph, subgraph.schema.schema_definition.description.as_ref()));
    merged.about = merged.description("", about);
    let usages = inputs::usages(schemas, merged);
    for (name, definitions) in &by_name {
        if let Some(ty) = merge_one(schemas, name, definitions, &usages, merged) {
            merged.types.insert(name.clone(), ty);
        }
    }
    access::propagate(merged);
}

fn merge_one(
    schemas: &[SubgraphSchema],
    name: &Name,
    definitions: &[Definition<'_>],
    usages: &IndexMap<Name, Usage>,
    merged: &mut Merged,
) -> Option<MergedType> {
    let kind = kind_of(name, definitions, merged)?;
    let mut directives = joins(schemas, name, definitions);
    let roots = root_names(definitions);
    merged.has_root_names |= !roots.is_empty();
    directives.extend(roots);
    let body = match kind {
        ExtendedType::Scalar(_) => Body::Scalar,
        ExtendedType::Object(_) => Body::Object {
            interfaces: interfaces(definitions, &mut directives),
            fields: fields::merge(schemas, name, definitions, merged),
        },
        ExtendedType::Interface(_) => Body::Interface {
            interfaces: interfaces(definitions, &mut directives),
            fields: fields::merge(schemas, name, definitions, merged),
        },
        ExtendedType::Union(_) => {
            Body::Union { members: value_types::members(name, definitions, &mut directives, merged) }
        }
        ExtendedType::Enum(_) => {
            let usage = usages.get(name).copied().unwrap_or_default();
            Body::Enum { values: value_types::values(name, definitions, usage, merged) }
        }
        ExtendedType::InputObject(_) => Body::Input { fields: inputs::fields(name, definitions, merged) },
    };
    let applied = definitions.iter().map(|definition| {
        let directives = definition.ty.directives().iter().map(|component| &component.node);
        (definition.subgraph, directives.collect::<Vec<_>>())
    });
    let applied = applied.collect::<Vec<_>>();
    directives.extend(applied::merge(name, &applied, merged));
    directives.extend(one_of(name, definitions, merged));
    let access = Access::merge(name, &applied, merged);
    let descriptions = definitions.iter().map(|definition| (definition.subgraph, definition.ty.description()));
    let description = merged.description(name, descriptions);
    Some(MergedType { description, directives, access, body })
}

/// What one subgraph takes only one field of, all do: inputs are merged to what every subgraph accepts.
fn one_of(name: &Name, definitions: &[Definition<'_>], merged: &mut Merged) -> Option<String> {
    let (with, without): (Vec<&Definition<'_>>, Vec<_>) =
        definitions.iter().partition(|definition| definition.ty.directives().has("oneOf"));
    if with.is_empty() || !with[0].ty.is_input_object() {
        return None;
    }
    if !without.is_empty() {
        let without: Vec<&str> = without.iter().map(|definition| definition.subgraph.name.as_str()).collect();
        let text =
            "other subgraphs take exactly one of its fields (@oneOf), and so does the supergraph: say so here too";
        merged.hint(HintCode::InconsistentInputObjectOneOf, name.as_str(), &without, text);
    }
    Some("@oneOf".to_owned())
}

/// All must agree on what a name stands for. An interface object stands for an interface.
fn kind_of<'s>(name: &Name, definitions: &[Definition<'s>], merged: &mut Merged) -> Option<&'s ExtendedType> {
    let plain: Vec<_> =
        definitions.iter().filter(|definition| !definition.subgraph.is_interface_object(definition.ty)).collect();
    let first = plain.first().or(definitions.first().as_ref()).map(|definition| definition.ty)?;
    let same = |ty: &ExtendedType| std::mem::discriminant(ty) == std::mem::discriminant(first);
    let different = plain.iter().find(|definition| !same(definition.ty));
    if let Some(different) = different {
        let subgraphs = [plain[0].subgraph.name.as_str(), different.subgraph.name.as_str()];
        let text = format!(
            "it is {} in one subgraph and {} in another: rename one of them",
            describe(first),
            describe(different.ty)
        );
        merged.error(ErrorCode::TypeKindMismatch, name.as_str(), &subgraphs, text);
        return None;
    }
    Some(first)
}

fn describe(ty: &ExtendedType) -> &'static str {
    match ty {
        ExtendedType::Scalar(_) => "a scalar",
        ExtendedType::Object(_) => "an object",
        ExtendedType::Interface(_) => "an interface",
        ExtendedType::Union(_) => "a union",
        ExtendedType::Enum(_) => "an enum",
        ExtendedType::InputObject(_) => "an input object",
    }
}

/// One `@join__type` per subgraph and key. Every subgraph has a query root, as each answers `_entities`.
fn joins(schemas: &[SubgraphSchema], name: &Name, definitions: &[Definition<'_>]) -> Vec<String> {
    let mut joins = Vec::new();
    for subgraph in schemas {
        let definition = definitions.iter().find(|definition| std::ptr::eq(definition.subgraph, subgraph));
        let Some(definition) = definition else {
            if name == "Query" {
                joins.push(format!("@join__type(graph: {})", subgraph.graph));
            }
            continue;
        };
        // In Federation 1 `extend` is said of whatever another subgraph defines, and means nothing.
        let by_directive = subgraph.on_type(definition.ty, "extends").next().is_some();
        let is_said = subgraph.names.federation_2() || !is_only_extended(definition.ty);
        let interface_object =
            if subgraph.is_interface_object(definition.ty) { ", isInterfaceObject: true" } else { "" };
        let keys = subgraph.keys(definition.ty);
        for key in &keys {
            let resolvable = if key.resolvable { "" } else { ", resolvable: false" };
            let extends = !is_root(name) && (by_directive || key.extended && is_said);
            let rest = if extends { ", extension: true" } else { "" };
            let fields = text::string(&text::field_set(&key.fields));
            joins.push(format!(
                "@join__type(graph: {}, key: {fields}{rest}{resolvable}{interface_object})",
                subgraph.graph
            ));
        }
        if keys.is_empty() {
            joins.push(format!("@join__type(graph: {}{interface_object})", subgraph.graph));
        }
    }
    joins
}

/// What subgraphs call a root type of another name, where routers must know it.
fn root_names(definitions: &[Definition<'_>]) -> Vec<String> {
    let named = definitions.iter().filter_map(|definition| {
        let local = definition.subgraph.visible_root_name(definition.ty)?;
        Some(format!("@{ROOT_NAME}(graph: {}, name: \"{local}\")", definition.subgraph.graph))
    });
    named.collect()
}

/// The interfaces that a type implements anywhere.
fn interfaces(definitions: &[Definition<'_>], directives: &mut Vec<String>) -> Vec<Name> {
    let mut all: Vec<Name> = Vec::new();
    let mut joins = Vec::new();
    for definition in definitions {
        let implemented = match definition.ty {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => continue,
        };
        for interface in implemented {
            joins.push(format!(
                "@join__implements(graph: {}, interface: \"{}\")",
                definition.subgraph.graph, interface.name
            ));
            if !all.contains(&interface.name) {
                all.push(interface.name.clone());
            }
        }
    }
    directives.splice(0..0, joins);
    all
}
