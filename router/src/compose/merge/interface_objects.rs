//! What interface objects add to the objects behind their interfaces.

use apollo_compiler::{Name, schema::ExtendedType};

use crate::compose::{
    merge::{
        access::Access,
        applied, inputs,
        model::{Definition, Merged, MergedField},
        sharing,
    },
    read::subgraph::SubgraphSchema,
};

/// The interface objects that stand for an object in subgraphs that do not know it.
pub(in crate::compose) fn behind<'s>(
    schemas: &'s [SubgraphSchema],
    definitions: &[Definition<'_>],
) -> Vec<Definition<'s>> {
    let implemented = definitions.iter().filter_map(|definition| match definition.ty {
        ExtendedType::Object(object) => Some(&object.implements_interfaces),
        _ => None,
    });
    let mut found: Vec<Definition<'s>> = Vec::new();
    for interface in implemented.flatten() {
        for subgraph in schemas {
            let Some(ty) = subgraph.schema.types.get(&interface.name) else { continue };
            let is_new =
                !found.iter().any(|known| std::ptr::eq(known.subgraph, subgraph) && std::ptr::eq(known.ty, ty));
            if is_new && subgraph.is_interface_object(ty) {
                found.push(Definition { subgraph, ty });
            }
        }
    }
    found
}

/// The fields that an object has through interface objects alone.
pub(in crate::compose) fn added(
    ty: &Name,
    standing: &[Definition<'_>],
    known: &[MergedField],
    merged: &mut Merged,
) -> Vec<MergedField> {
    let mut added: Vec<MergedField> = Vec::new();
    for definition in standing {
        for field in definition.fields() {
            let is_known = |fields: &[MergedField]| fields.iter().any(|known| known.name == field.name);
            if is_known(known) || is_known(&added) || definition.subgraph.is_external(definition.ty, field) {
                continue;
            }
            let coordinate = format!("{ty}.{}", field.name);
            let owners: Vec<Definition<'_>> = standing
                .iter()
                .filter(|other| {
                    other.field(&field.name).is_some_and(|field| !other.subgraph.is_external(other.ty, field))
                })
                .copied()
                .collect();
            sharing::check_marks(&coordinate, &field.name, &owners, merged);
            // What the interface itself tells of the field has been told of the interface.
            let hints = merged.hints.len();
            let arguments = inputs::arguments(&coordinate, &field.name, &owners, merged);
            let applied: Vec<_> = owners.iter().filter_map(|owner| owner.applied(&field.name)).collect();
            let mut directives = vec!["@join__field".to_owned()];
            directives.extend(applied::merge(&coordinate, &applied, merged));
            let access = Access::merge(&coordinate, &applied, merged);
            merged.hints.truncate(hints);
            added.push(MergedField {
                name: field.name.clone(),
                description: field.description.as_ref().map(std::string::ToString::to_string),
                arguments,
                ty: field.ty.clone(),
                directives,
                access,
            });
        }
    }
    added
}
