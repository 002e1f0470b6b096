//! Merges unions (all members) and enums (by how they are used).

use apollo_compiler::{Name, schema::ExtendedType};

use crate::compose::{
    error::ErrorCode,
    hint::HintCode,
    merge::{
        applied,
        model::{Definition, Merged, MergedValue, Usage},
    },
};

/// The members of a union: those of every subgraph.
pub(in crate::compose) fn members(
    name: &Name,
    definitions: &[Definition<'_>],
    directives: &mut Vec<String>,
    merged: &mut Merged,
) -> Vec<Name> {
    let mut all = Vec::new();
    for definition in definitions {
        let ExtendedType::Union(union) = definition.ty else { continue };
        for member in &union.members {
            directives
                .push(format!("@join__unionMember(graph: {}, member: \"{}\")", definition.subgraph.graph, member.name));
            if !all.contains(&member.name) {
                all.push(member.name.clone());
            }
        }
    }
    for member in &all {
        let lacks = |ty: &ExtendedType| matches!(ty, ExtendedType::Union(union) if !union.members.contains(member));
        let missing = definitions.iter().filter(|definition| lacks(definition.ty));
        let missing: Vec<&str> = missing.map(|definition| definition.subgraph.name.as_str()).collect();
        if !missing.is_empty() {
            let text = format!("other subgraphs have the member {member} too");
            merged.hint(HintCode::InconsistentUnionMember, name.as_str(), &missing, text);
        }
    }
    all
}

/// The values of an enum: all of them if it only comes out, the common ones if it only goes in, and if both, every
/// subgraph must have the same.
pub(in crate::compose) fn values(
    name: &Name,
    definitions: &[Definition<'_>],
    usage: Usage,
    merged: &mut Merged,
) -> Vec<MergedValue> {
    let mut all: Vec<Name> = Vec::new();
    for definition in definitions {
        if let ExtendedType::Enum(known) = definition.ty {
            all.extend(known.values.keys().filter(|value| !all.contains(value)).cloned().collect::<Vec<_>>());
        }
    }
    if !usage.input && !usage.output {
        let names: Vec<&str> = definitions.iter().map(|definition| definition.subgraph.name.as_str()).collect();
        merged.hint(HintCode::UnusedEnumType, name.as_str(), &names, "nothing is of this type");
    }
    let mut values = Vec::new();
    for value in all {
        let coordinate = format!("{name}.{value}");
        let owners: Vec<_> = definitions
            .iter()
            .filter_map(|definition| match definition.ty {
                ExtendedType::Enum(known) => known.values.get(&value).map(|known| (definition.subgraph, known)),
                _ => None,
            })
            .collect();
        let applied: Vec<_> =
            owners.iter().map(|(subgraph, known)| (*subgraph, known.directives.iter().collect())).collect();
        let mut directives = applied::merge(&coordinate, &applied, merged);
        let missing = definitions.iter().map(|definition| definition.subgraph.name.as_str());
        let missing: Vec<&str> = missing.filter(|name| !owners.iter().any(|(owner, _)| owner.name == *name)).collect();
        if !missing.is_empty() && usage.input {
            let hidden =
                directives.iter().any(|directive| *directive == format!("@{}", merged.name_of("inaccessible")));
            if !usage.output {
                let text = "the enum only goes in and not all subgraphs have the value, so the supergraph has it not";
                merged.hint(HintCode::InconsistentEnumValueForInputEnum, coordinate, &missing, text);
                continue;
            }
            if !hidden {
                let text = "the enum goes in and comes out, so every subgraph must have this value: add it, or mark it @inaccessible";
                merged.error(ErrorCode::EnumValueMismatch, coordinate.as_str(), &missing, text);
            }
        } else if !missing.is_empty() {
            let text = "other subgraphs have the value too";
            merged.hint(HintCode::InconsistentEnumValueForOutputEnum, coordinate.as_str(), &missing, text);
        }
        for (subgraph, _) in &owners {
            directives.insert(0, format!("@join__enumValue(graph: {})", subgraph.graph));
        }
        directives[..owners.len()].reverse();
        let descriptions = owners.iter().map(|(subgraph, known)| (*subgraph, known.description.as_ref()));
        let description = merged.description(&coordinate, descriptions);
        values.push(MergedValue { name: value, description, directives });
    }
    if values.is_empty() {
        let text = "no value is known to all subgraphs that take this enum as input: add a common one";
        let names: Vec<&str> = definitions.iter().map(|definition| definition.subgraph.name.as_str()).collect();
        merged.error(ErrorCode::EmptyMergedEnumType, name.as_str(), &names, text);
    }
    values
}
