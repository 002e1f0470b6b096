//! Interface objects: what a subgraph that knows an interface as an object adds to the objects behind it.
//!
//! Such a subgraph resolves fields for objects whose types it has never heard of. Here they learn of it, so that the
//! planner finds the fields where it finds all others.

use apollo_compiler::{Name, collections::IndexMap};

use super::{SubgraphId, TypeId, TypeIn, TypeInfo};

/// Lets every object know the interface objects that stand for it.
pub(super) fn open(types: &mut IndexMap<Name, TypeInfo>) {
    let mut standing: Vec<(TypeId, SubgraphId)> = Vec::new();
    for (index, info) in types.values().enumerate() {
        let id = TypeId(u32::try_from(index).expect("fewer than 2^32 types"));
        let subgraphs = info.subgraphs.iter().filter(|(_, known)| known.is_interface_object);
        standing.extend(subgraphs.map(|(subgraph, _)| (id, *subgraph)));
    }
    for (interface, subgraph) in standing {
        let behind = types[interface.0 as usize].clone();
        if let Some(known) = types[interface.0 as usize].subgraphs.get_mut(&subgraph) {
            // What comes from there is of no type that can be named yet: it stands as the interface itself.
            known.possible = vec![interface];
        }
        let keys = behind.subgraphs[&subgraph].keys.clone();
        for object in &behind.possible {
            let object = &mut types[object.0 as usize];
            object.subgraphs.entry(subgraph).or_insert_with(|| TypeIn {
                keys: keys.clone(),
                seen_as: Some(interface),
                ..TypeIn::default()
            });
            for (name, field) in &behind.fields {
                if let (Some(known), Some(own)) = (field.subgraphs.get(&subgraph), object.fields.get_mut(name)) {
                    own.subgraphs.entry(subgraph).or_insert_with(|| known.clone());
                }
            }
        }
    }
}
