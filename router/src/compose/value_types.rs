//! Merges unions (all members) and enums (by how they are used).

use apollo_compiler::{Name, schema::ExtendedType};

use super::{
    access,
    error::ErrorCode,
    model::{Definition, Merged, MergedValue, Usage},
};

/// The members of a union: those of every subgraph.
pub(super) fn members(definitions: &[Definition<'_>], directives: &mut Vec<String>) -> Vec<Name> {
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
    all
}

/// The values of an enum: all of them if it only comes out, the common ones if it only goes in, and if both, every
/// subgraph must have the same.
pub(super) fn values(
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
    let mut values = Vec::new();
    for value in all {
        let owners: Vec<_> = definitions
            .iter()
            .filter_map(|definition| match definition.ty {
                ExtendedType::Enum(known) => known.values.get(&value).map(|known| (definition.subgraph, known)),
                _ => None,
            })
            .collect();
        let applied: Vec<_> =
            owners.iter().map(|(subgraph, known)| (*subgraph, known.directives.iter().collect())).collect();
        let mut directives = access::merge(&applied, merged);
        if owners.len() < definitions.len() && usage.input {
            let hidden = directives.iter().any(|directive| directive.starts_with("@inaccessible"));
            if usage.output && !hidden {
                let missing: Vec<&str> = definitions
                    .iter()
                    .map(|definition| definition.subgraph.name.as_str())
                    .filter(|name| !owners.iter().any(|(owner, _)| owner.name == *name))
                    .collect();
                let text = "the enum goes in and comes out, so every subgraph must have this value: add it, or mark it @inaccessible";
                merged.error(ErrorCode::EnumValueMismatch, format!("{name}.{value}"), &missing, text);
            }
            if !usage.output {
                continue;
            }
        }
        for (subgraph, _) in &owners {
            directives.insert(0, format!("@join__enumValue(graph: {})", subgraph.graph));
        }
        directives[..owners.len()].reverse();
        let description =
            owners.iter().find_map(|(_, known)| known.description.as_ref()).map(std::string::ToString::to_string);
        values.push(MergedValue { name: value, description, directives });
    }
    if values.is_empty() {
        let text = "no value is known to all subgraphs that take this enum as input: add a common one";
        merged.error(ErrorCode::EmptyMergedEnumType, name.as_str(), &[], text);
    }
    values
}
