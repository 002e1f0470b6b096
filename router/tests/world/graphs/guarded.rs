//! Demands, strewn over a graph: on fields, objects and enums, where several subgraphs have them in some or all of them.
//! What requires a field demands as much as the field does.

use std::collections::BTreeMap;

use super::{Writer, demand::Demand, draft::Subgraph};
use crate::{ast::Selection, random::Random, read::field_set};

/// Demands by type, or by type and field, of one subgraph.
#[derive(Default)]
struct Demands {
    types: BTreeMap<(usize, String), Demand>,
    fields: BTreeMap<(usize, String, String), Demand>,
}

impl Writer {
    /// Lets some things be seen by some only.
    pub fn guard(&mut self, random: &mut Random) {
        let mut demands = strewn(&self.subgraphs, random);
        while demands.spread(&self.subgraphs) {}
        for ((subgraph, ty), demand) in demands.types {
            self.subgraphs[subgraph].get_mut(&ty).expect("declared").directives.extend(demand.directives());
        }
        for ((subgraph, ty, field), demand) in demands.fields {
            let declared = self.subgraphs[subgraph].get_mut(&ty).expect("declared");
            declared.fields.get_mut(&field).expect("declared").directives.extend(demand.directives());
        }
    }
}

fn strewn(subgraphs: &[Subgraph], random: &mut Random) -> Demands {
    let mut demands = Demands::default();
    for (id, subgraph) in subgraphs.iter().enumerate() {
        for (name, declared) in subgraph {
            let percent = match (declared.kind, name.as_str()) {
                ("enum", _) => 8,
                ("type", "Query" | "Mutation") => 2,
                ("type", _) if declared.stands_for.is_empty() => 5,
                _ => 0,
            };
            if random.chance(percent) {
                demands.types.insert((id, name.clone()), Demand::some(random));
            }
            for (field, known) in &declared.fields {
                if declared.kind == "type" && !known.directives.contains("@external") && random.chance(13) {
                    demands.fields.insert((id, name.clone(), field.clone()), Demand::some(random));
                }
            }
        }
    }
    demands
}

impl Demands {
    /// Lets every field demand what is demanded of what it requires. False if all do.
    fn spread(&mut self, subgraphs: &[Subgraph]) -> bool {
        let mut changed = false;
        for (id, subgraph) in subgraphs.iter().enumerate() {
            for (ty, declared) in subgraph {
                for (field, known) in &declared.fields {
                    let required = known.directives.iter().find_map(|text| text.strip_prefix("@requires(fields: \""));
                    let Some(required) = required.and_then(|set| set.strip_suffix("\")")) else { continue };
                    let mut demand = Demand::default();
                    self.gather(subgraphs, ty, &field_set(required), &mut demand);
                    let own = self.fields.entry((id, ty.clone(), field.clone())).or_default();
                    let before = own.clone();
                    own.and(&demand);
                    changed |= *own != before;
                }
            }
        }
        changed
    }

    /// What is demanded of a selection, in whatever subgraph and for whatever object.
    fn gather(&self, subgraphs: &[Subgraph], ty: &str, selections: &[Selection], demand: &mut Demand) {
        for selection in selections {
            let (field, below) = match selection {
                Selection::Field(field) => (field, &field.below),
                Selection::Inline { on, below, .. } => {
                    self.gather(subgraphs, on.as_deref().unwrap_or(ty), below, demand);
                    continue;
                }
                Selection::Spread { .. } => continue,
            };
            for (id, subgraph) in subgraphs.iter().enumerate() {
                for (owner, declared) in subgraph.iter().filter(|(owner, _)| related(subgraphs, owner, ty)) {
                    let place = (id, owner.clone(), field.name.clone());
                    let Some(known) = declared.fields.get(&field.name) else { continue };
                    let result = known.ty.trim_matches(['[', ']', '!']).to_owned();
                    let of_field = self.fields.get(&place);
                    let of_types = subgraphs.iter().enumerate().flat_map(|(id, subgraph)| {
                        let own = subgraph.keys().filter(|name| **name == *owner || related(subgraphs, name, &result));
                        own.filter_map(move |name| self.types.get(&(id, name.clone())))
                    });
                    of_field.into_iter().chain(of_types).for_each(|other| demand.and(other));
                    self.gather(subgraphs, &result, below, demand);
                }
            }
        }
    }
}

/// Whether an object of one type may be one of the other.
fn related(subgraphs: &[Subgraph], one: &str, other: &str) -> bool {
    let behind = |wide: &str, narrow: &str| {
        let known = |subgraph: &Subgraph| {
            let implements = subgraph.get(narrow).is_some_and(|narrow| narrow.implements.contains(wide));
            let stands = |wide: &super::Declared| wide.members.contains(narrow) || wide.stands_for.contains(narrow);
            implements || subgraph.get(wide).is_some_and(stands)
        };
        subgraphs.iter().any(known)
    };
    one == other || behind(one, other) || behind(other, one)
}
